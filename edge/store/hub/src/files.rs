//! Files in spaces: name, size, checksum and where they lie.

use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect};
use tieline_model::file::Location;
use tieline_model::{Error, FileId, MachineId, RelPath, Result, Sha256, SpaceId, Timestamp, UserId};

use crate::Tx;
use crate::error::{broken, fault};

/// The place of a location in the hub's own folder; every other place is a machine's id.
const HUB: &str = "hub";
/// How many rows are read at once while a folder is listed.
const STEP: u64 = 200;

/// A file in a space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Which file.
    pub id: FileId,
    /// In which space.
    pub space: SpaceId,
    /// Its name below the space's root.
    pub path: RelPath,
    /// How many bytes.
    pub size: u64,
    /// What they hash to.
    pub sha256: Sha256,
    /// Since when there is a file of this name.
    pub created: Timestamp,
    /// Since when it has this content or this name.
    pub modified: Timestamp,
}

/// What a folder holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A file.
    File(File),
    /// Something that holds files further down.
    Folder(RelPath),
}

impl Entry {
    /// Its name below the space's root.
    pub fn path(&self) -> &RelPath {
        match self {
            Self::File(file) => &file.path,
            Self::Folder(path) => path,
        }
    }

    /// Where a list goes on behind this entry: the smallest text that no path up to and below it reaches.
    pub fn behind(&self) -> String {
        match self {
            // No path holds a control character.
            Self::File(file) => format!("{}\u{1}", file.path),
            Self::Folder(path) => range(path.as_str()).1,
        }
    }
}

/// Puts a file under its path, with the hub as its only location. A file that was there gets the new content and keeps its id.
///
/// # Errors
/// Where the database fails.
pub async fn put(tx: &Tx, file: &File) -> Result<FileId> {
    let Some(old) = by_path(tx, file.space, &file.path).await? else {
        row::Entity::insert(row::ActiveModel {
            id: Set(file.id.into()),
            space_id: Set(file.space.into()),
            path: Set(file.path.to_string()),
            size: Set(size_to_row(file.size)?),
            sha256: Set(file.sha256.0.to_vec()),
            created_at: Set(file.created.micros()),
            modified_at: Set(file.modified.micros()),
        })
        .exec_without_returning(tx)
        .await
        .map_err(fault)?;
        add_location(tx, file.id, &Location::Hub { sha256: file.sha256 }).await?;
        return Ok(file.id);
    };
    row::Entity::update_many()
        .col_expr(row::Column::Size, Expr::value(size_to_row(file.size)?))
        .col_expr(row::Column::Sha256, Expr::value(file.sha256.0.to_vec()))
        .col_expr(row::Column::ModifiedAt, Expr::value(file.modified.micros()))
        .filter(row::Column::Id.eq(Uuid::from(old.id)))
        .exec(tx)
        .await
        .map_err(fault)?;
    location::Entity::delete_many().filter(location::Column::FileId.eq(Uuid::from(old.id))).exec(tx).await.map_err(fault)?;
    add_location(tx, old.id, &Location::Hub { sha256: file.sha256 }).await?;
    Ok(old.id)
}

/// The file with this id, whoever it belongs to.
///
/// # Errors
/// Where the database fails.
pub async fn by_id(db: &impl ConnectionTrait, id: FileId) -> Result<Option<File>> {
    row::Entity::find_by_id(Uuid::from(id)).one(db).await.map_err(fault)?.map(File::try_from).transpose()
}

/// The file with this id if it lies in this person's space.
///
/// # Errors
/// Where the database fails.
pub async fn owned(db: &impl ConnectionTrait, id: FileId, user: UserId) -> Result<Option<File>> {
    let Some(space) = crate::spaces::of_user(db, user).await? else { return Ok(None) };
    Ok(by_id(db, id).await?.filter(|file| file.space == space.id))
}

/// The file with this path.
///
/// # Errors
/// Where the database fails.
pub async fn by_path(db: &impl ConnectionTrait, space: SpaceId, path: &RelPath) -> Result<Option<File>> {
    let found = of_space(space).filter(row::Column::Path.eq(path.as_str())).one(db).await.map_err(fault)?;
    found.map(File::try_from).transpose()
}

/// A file that makes it impossible for another to have this path: one where a folder would have to be, or one below it.
///
/// # Errors
/// Where the database fails.
pub async fn in_the_way(db: &impl ConnectionTrait, space: SpaceId, path: &RelPath) -> Result<Option<File>> {
    let above = path.as_str().match_indices('/').map(|(end, _)| path.as_str()[..end].to_owned());
    let condition = Condition::any().add(row::Column::Path.is_in(above)).add(below(path.as_str()));
    of_space(space).filter(condition).one(db).await.map_err(fault)?.map(File::try_from).transpose()
}

/// What lies in a folder (`None` for the root), by path, from the text `from` on (see [`Entry::behind`]), at most `limit`.
/// With `deep`, all files below it and no folders.
///
/// # Errors
/// Where the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    space: SpaceId,
    folder: Option<&RelPath>,
    deep: bool,
    from: Option<String>,
    limit: u64,
) -> Result<Vec<Entry>> {
    let prefix = folder.map(|folder| format!("{folder}/")).unwrap_or_default();
    let mut from = from.unwrap_or_default();
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let mut query = of_space(space).filter(row::Column::Path.gte(from.as_str())).order_by_asc(row::Column::Path).limit(STEP);
        if let Some(folder) = folder {
            query = query.filter(below(folder.as_str()));
        }
        let rows = query.all(db).await.map_err(fault)?;
        let is_last = (rows.len() as u64) < STEP;
        for row in rows {
            // Rows of a folder that was just shown.
            if row.path < from {
                continue;
            }
            let rest = row.path.strip_prefix(&prefix).unwrap_or(&row.path);
            let entry = match rest.split_once('/') {
                Some((name, _)) if !deep => {
                    let path = format!("{prefix}{name}");
                    Entry::Folder(path.parse().map_err(|error| broken("file", "path", &path, error))?)
                }
                _ => Entry::File(File::try_from(row)?),
            };
            from = entry.behind();
            entries.push(entry);
            if entries.len() as u64 >= limit {
                return Ok(entries);
            }
        }
        if is_last {
            return Ok(entries);
        }
    }
}

/// Gives a file another path.
///
/// # Errors
/// `Conflict` where another file has it.
pub async fn rename(tx: &Tx, id: FileId, path: &RelPath, now: Timestamp) -> Result<()> {
    row::Entity::update_many()
        .col_expr(row::Column::Path, Expr::value(path.as_str()))
        .col_expr(row::Column::ModifiedAt, Expr::value(now.micros()))
        .filter(row::Column::Id.eq(Uuid::from(id)))
        .exec(tx)
        .await
        .map_err(fault)?;
    Ok(())
}

/// Removes a file's name and its locations. Its bytes stay as long as something else needs them.
///
/// # Errors
/// Where the database fails.
pub async fn delete(tx: &Tx, id: FileId) -> Result<()> {
    location::Entity::delete_many().filter(location::Column::FileId.eq(Uuid::from(id))).exec(tx).await.map_err(fault)?;
    row::Entity::delete_by_id(Uuid::from(id)).exec(tx).await.map_err(fault)?;
    Ok(())
}

/// Where a file lies.
///
/// # Errors
/// Where the database fails.
pub async fn locations(db: &impl ConnectionTrait, file: &File) -> Result<Vec<Location>> {
    let rows = location::Entity::find()
        .filter(location::Column::FileId.eq(Uuid::from(file.id)))
        .order_by_asc(location::Column::Place)
        .all(db)
        .await
        .map_err(fault)?;
    rows.into_iter()
        .map(|row| {
            if row.place == HUB {
                return Ok(Location::Hub { sha256: file.sha256 });
            }
            let machine = row.place.parse::<MachineId>().map_err(|error| broken("file_location", "place", file.id, error))?;
            Ok(Location::Machine { machine, path: row.path })
        })
        .collect()
}

/// Notes one more place where a file lies.
///
/// # Errors
/// `Conflict` where it is known to lie there.
pub async fn add_location(tx: &Tx, file: FileId, place: &Location) -> Result<()> {
    let (place, path) = match place {
        Location::Hub { .. } => (HUB.to_owned(), String::new()),
        Location::Machine { machine, path } => (machine.to_string(), path.clone()),
    };
    let row = location::ActiveModel { file_id: Set(file.into()), place: Set(place), path: Set(path) };
    location::Entity::insert(row).exec_without_returning(tx).await.map_err(fault)?;
    Ok(())
}

fn of_space(space: SpaceId) -> Select<row::Entity> {
    row::Entity::find().filter(row::Column::SpaceId.eq(Uuid::from(space)))
}

/// Everything below a folder is one range of paths, for `0` is the letter behind `/`.
fn range(folder: &str) -> (String, String) {
    (format!("{folder}/"), format!("{folder}0"))
}

fn below(folder: &str) -> Condition {
    let (first, end) = range(folder);
    Condition::all().add(row::Column::Path.gte(first)).add(row::Column::Path.lt(end))
}

/// Sizes are signed on disk.
pub(crate) fn size_to_row(size: u64) -> Result<i64> {
    i64::try_from(size).map_err(|_| Error::too_large(format!("{size} bytes are more than any file can have")).field("size"))
}

pub(crate) fn size_from_row(size: i64) -> Result<u64, String> {
    u64::try_from(size).map_err(|_| format!("{size} is negative"))
}

pub(crate) fn digest(bytes: &[u8]) -> Result<Sha256, String> {
    bytes.try_into().map(Sha256).map_err(|_| format!("{} bytes are not a SHA-256", bytes.len()))
}

impl TryFrom<row::Model> for File {
    type Error = Error;
    fn try_from(row: row::Model) -> Result<Self> {
        let id = FileId::from(row.id);
        Ok(Self {
            id,
            space: row.space_id.into(),
            path: row.path.parse().map_err(|error| broken("file", "path", id, error))?,
            size: size_from_row(row.size).map_err(|why| broken("file", "size", id, why))?,
            sha256: digest(&row.sha256).map_err(|why| broken("file", "sha256", id, why))?,
            created: Timestamp::from_micros(row.created_at),
            modified: Timestamp::from_micros(row.modified_at),
        })
    }
}

pub(crate) mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "file")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub space_id: Uuid,
        pub path: String,
        pub size: i64,
        pub sha256: Vec<u8>,
        pub created_at: i64,
        pub modified_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod location {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "file_location")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub file_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub place: String,
        pub path: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
