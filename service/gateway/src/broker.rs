//! `tieline broker ssh|put|get|json …`: the tools of a script in its sandbox, as the main program calls them.

/// Does what the tool was asked for and gives the exit status of this process.
pub fn client_main(args: impl IntoIterator<Item = String>) -> i32 {
    crate::io::scripts::client::main(args)
}
