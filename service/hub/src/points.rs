//! Where a test may kill the hub: around every durable write and everything that is sent to a gateway.

use tieline_fault::Point;

/// A key or certificate of the hub's authority, written.
pub const SECRET_WRITE: Point = Point::named("secret.write");
/// A package that is published.
pub const APP_COMMIT: Point = Point::named("app.commit");

/// People, their sessions, tokens and accounts.
pub const PEOPLE_COMMIT: Point = Point::named("people.commit");
/// Centers, their gateways and machines.
pub const CENTER_COMMIT: Point = Point::named("center.commit");
/// Money that comes in.
pub const TOP_UP_COMMIT: Point = Point::named("top-up.commit");
/// A price.
pub const PRICE_COMMIT: Point = Point::named("price.commit");

/// An upload that begins, is given up or fails.
pub const UPLOAD_COMMIT: Point = Point::named("upload.commit");
/// The bytes of an upload, made lasting.
pub const UPLOAD_SYNC: Point = Point::named("upload.sync");
/// A content that gets its name.
pub const CONTENT_PLACE: Point = Point::named("content.place");
/// An upload that becomes a file.
pub const FILE_COMMIT: Point = Point::named("file.commit");
/// A file that is moved or removed.
pub const SPACE_COMMIT: Point = Point::named("space.commit");

/// A job that is made.
pub const JOB_COMMIT: Point = Point::named("job.commit");
/// A job that gets its place, its money set aside and its intent.
pub const PLACE_COMMIT: Point = Point::named("place.commit");
/// A job that waits for a place, or cannot have one.
pub const WAIT_COMMIT: Point = Point::named("wait.commit");
/// A job that is cancelled, tried again, named or put away.
pub const CHANGE_COMMIT: Point = Point::named("change.commit");
/// Folders that are to be removed.
pub const EXPIRY_COMMIT: Point = Point::named("expiry.commit");
/// That a gateway keeps an intent.
pub const INTENT_COMMIT: Point = Point::named("intent.commit");
/// Facts, what follows from them, and the cursor.
pub const FACTS_COMMIT: Point = Point::named("facts.commit");

/// Anything sent to a gateway that came: intents, and how far its facts are applied.
pub const LINK_SEND: Point = Point::named("link.send");
/// A question to a gateway, with its answer.
pub const QUESTION_ASK: Point = Point::named("question.ask");
/// A content opened for a gateway.
pub const CONTENT_SEND: Point = Point::named("content.send");
/// An output taken from a gateway.
pub const OUTPUT_TAKE: Point = Point::named("output.take");

/// Those of a hub that is set up.
pub const SET_UP: &[Point] = &[SECRET_WRITE, APP_COMMIT];
/// Those of people, their files and their money.
pub const PEOPLE: &[Point] =
    &[PEOPLE_COMMIT, TOP_UP_COMMIT, PRICE_COMMIT, UPLOAD_COMMIT, UPLOAD_SYNC, CONTENT_PLACE, FILE_COMMIT, SPACE_COMMIT];
/// Those of gateways and jobs.
pub const JOBS: &[Point] = &[
    CENTER_COMMIT,
    LINK_SEND,
    QUESTION_ASK,
    JOB_COMMIT,
    WAIT_COMMIT,
    PLACE_COMMIT,
    INTENT_COMMIT,
    CONTENT_SEND,
    FACTS_COMMIT,
    OUTPUT_TAKE,
    CHANGE_COMMIT,
    EXPIRY_COMMIT,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_on_one_list_and_no_two_share_a_name() {
        let mut listed = [SET_UP, PEOPLE, JOBS].concat();
        listed.sort_unstable();
        listed.dedup();
        assert_eq!(
            listed.len(),
            include_str!("points.rs").lines().filter(|line| line.starts_with("pub const") && line.contains("Point::named")).count()
        );
        assert_eq!(listed.len(), [SET_UP, PEOPLE, JOBS].iter().map(|list| list.len()).sum::<usize>());
    }
}
