//! Jobs from the request to the bill, against a played center.

mod batches;
mod control;
mod events;
mod expiry;
mod facts;
mod folds;
mod live;
mod path;
mod prices;
mod refused;
mod restored;
