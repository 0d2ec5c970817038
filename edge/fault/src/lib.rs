//! Named points around every durable write and every call over a border, at which a test kills the process.
//!
//! A service lists its points in one file and passes each on both sides of what it stands around. Without the feature
//! `armed`, which only tests turn on, passing a point is nothing.

#[cfg(feature = "armed")]
mod armed;

/// The variable that names the folder in which a test arms points.
pub const FOLDER: &str = "TIELINE_FAULTS";

/// A point: the name of what it stands around.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point(&'static str);

impl Point {
    /// A point of this name, which must be fit for a file's.
    pub const fn named(name: &'static str) -> Self {
        Self(name)
    }

    /// The names of its two sides. A process that passes one whose name is a file in the [`FOLDER`] kills itself there.
    pub fn sides(self) -> [String; 2] {
        ["before", "after"].map(|side| format!("{}.{side}", self.0))
    }
}

/// Does something between the two sides of a point.
pub async fn around<T>(point: Point, work: impl Future<Output = T>) -> T {
    before(point);
    let done = work.await;
    after(point);
    done
}

/// Does something that does not wait between the two sides of a point.
pub fn around_now<T>(point: Point, work: impl FnOnce() -> T) -> T {
    before(point);
    let done = work();
    after(point);
    done
}

/// Passes the side before what the point stands around.
#[inline]
pub fn before(point: Point) {
    pass(point, 0);
}

/// Passes the side after it.
#[inline]
pub fn after(point: Point) {
    pass(point, 1);
}

#[cfg(feature = "armed")]
fn pass(point: Point, side: usize) {
    armed::pass(&point.sides()[side]);
}

#[cfg(not(feature = "armed"))]
#[inline]
fn pass(_: Point, _: usize) {}
