//! Jobs from the request to the bill, against a played center.

mod path;
