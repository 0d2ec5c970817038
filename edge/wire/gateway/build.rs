//! Generates the gRPC code with a compiler written in Rust, so that nobody needs `protoc`.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo:rerun-if-changed=proto");
    let files = protox::compile(["gateway.proto"], ["proto"])?;
    tonic_prost_build::configure().bytes(".tieline.gateway.v1.Chunk.data").bytes(".tieline.gateway.v1.Delivery.data").compile_fds(files)?;
    Ok(())
}
