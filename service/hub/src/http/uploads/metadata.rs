//! The header `Upload-Metadata`: keys with values in base 64, separated by commas.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tieline_model::{Error, RelPath, Result, Sha256};

const HEADER: &str = "Upload-Metadata";

/// What a sender says about a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Metadata {
    /// Where it goes in the space.
    pub path: RelPath,
    /// What it hashes to.
    pub sha256: Option<Sha256>,
}

/// Reads `filename` (a path below the space's root) and `sha256` (64 hexadecimal digits). Other keys are not ours.
pub(super) fn read(header: &[u8]) -> Result<Metadata> {
    let wrong = |why: String| Error::invalid(why).field(HEADER);
    let text = std::str::from_utf8(header).map_err(|_| wrong("the header is not ASCII".to_owned()))?;
    let (mut path, mut sha256) = (None, None);
    for pair in text.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once(' ').unwrap_or((pair, ""));
        let decode = || {
            let bytes = STANDARD.decode(value.trim()).map_err(|_| wrong(format!("the value of {key} is not in base 64")))?;
            String::from_utf8(bytes).map_err(|_| wrong(format!("the value of {key} is not UTF-8")))
        };
        match key {
            "filename" if path.is_none() => path = Some(decode()?.parse::<RelPath>().map_err(|error| error.field("filename"))?),
            "sha256" if sha256.is_none() => sha256 = Some(decode()?.parse::<Sha256>().map_err(|error| error.field("sha256"))?),
            "filename" | "sha256" => return Err(wrong(format!("{key} is given twice"))),
            _ => {}
        }
    }
    let path = path.ok_or_else(|| Error::invalid("no filename is given").field("filename").hint("put it into Upload-Metadata"))?;
    Ok(Metadata { path, sha256 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(key: &str, value: &[u8]) -> String {
        format!("{key} {}", STANDARD.encode(value))
    }

    #[test]
    fn a_chinese_name_and_a_checksum_are_read() {
        let digest = "ab".repeat(32);
        let header = format!("{},is_draft, {}", pair("filename", "输入/in.lj".as_bytes()), pair("sha256", digest.as_bytes()));
        let metadata = read(header.as_bytes()).unwrap();
        assert_eq!((metadata.path.as_str(), metadata.sha256), ("输入/in.lj", Some(Sha256([0xab; 32]))));
    }

    #[test]
    fn what_is_wrong_with_it_is_named() {
        for (header, field) in [
            (String::new(), "filename"),
            ("filename !!".to_owned(), HEADER),
            (pair("filename", b"\xff\xfe"), HEADER),
            (pair("filename", b"../x"), "filename"),
            (pair("filename", b"a\nb"), "filename"),
            (pair("filename", b"/etc/passwd"), "filename"),
            (format!("{},{}", pair("filename", b"a"), pair("filename", b"b")), HEADER),
            (format!("{},{}", pair("filename", b"a"), pair("sha256", b"12")), "sha256"),
        ] {
            assert_eq!(read(header.as_bytes()).unwrap_err().wrong_field(), Some(field), "{header}");
        }
    }
}
