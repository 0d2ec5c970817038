//! The helper modes of the gateway alone: `sandbox` and `broker`. The main program has them too; this one is small, and is
//! what the gateway's own tests start.

use std::process::exit;

fn main() {
    let mut args = std::env::args().skip(1);
    exit(match args.next().as_deref() {
        Some("sandbox") => tieline_gateway::sandbox::main(args),
        Some("broker") => tieline_gateway::broker::client_main(args),
        _ => {
            eprintln!("usage: tieline-gateway-helper sandbox --spec FILE | broker ssh|put|get|json ...");
            64
        }
    });
}
