//! Bytes between the hub and a center: contents a job needs go down, answers to reads and outputs come up.

use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt};
use tieline_fault::around;
use tieline_model::{Error, GatewayId, RelPath, Result, Sha256};
use tieline_store_hub::attempts;
use tieline_wire_gateway::v1::delivery::Body;
use tieline_wire_gateway::v1::delivery_head::What;
use tieline_wire_gateway::v1::intent;
use tieline_wire_gateway::{CHUNK, convert, v1};
use tokio::io::AsyncRead;
use tokio::time::timeout;
use tokio_util::io::ReaderStream;
use tonic::{Status, Streaming};

use super::connection::{Delivered, contents};
use crate::App;
use crate::app::jobs::intents;
use crate::points;

/// The largest piece of a delivery that is taken; a gateway sends pieces of [`CHUNK`] bytes.
const PIECE_MAX: usize = 4 * CHUNK;
/// How long a delivery may stand still because the gateway sends nothing.
const STILL: Duration = Duration::from_secs(60);

/// The content a gateway asks for, if something it has to do names it.
pub(super) async fn fetch(
    app: &App,
    gateway: GatewayId,
    request: &v1::FetchRequest,
) -> Result<impl Stream<Item = Result<v1::Chunk, Status>> + Send + use<>> {
    let content = convert::sha256(&request.sha256)?;
    if !is_needed(app, gateway, content).await? {
        return Err(Error::not_found(format!("nothing this gateway has to do needs the content {content}")));
    }
    let bytes = around(points::CONTENT_SEND, open(app, content, request.offset)).await?;
    let chunks = ReaderStream::with_capacity(bytes, CHUNK);
    Ok(chunks.map(|piece| match piece {
        Ok(data) => Ok(v1::Chunk { data }),
        Err(error) => Err(Status::internal(format!("the content cannot be read: {error}"))),
    }))
}

/// Takes in what a gateway brings, and says whether the hub keeps it.
pub(super) async fn deliver(app: &App, gateway: GatewayId, mut pieces: Streaming<v1::Delivery>) -> Result<bool> {
    let first = next(&mut pieces).await?;
    let Some(Body::Head(v1::DeliveryHead { what: Some(what), size })) = first else {
        return Err(Error::invalid("a delivery begins with its head"));
    };
    match what {
        What::Question(question) => answer(app, gateway, question, size, pieces).await,
        What::Refused(refused) => {
            let why = refused.why.map_or_else(|| Error::internal("the center refused without a reason"), Error::from);
            Ok(app.links.connection(gateway)?.refused(refused.question, why))
        }
        What::Output(output) => keep(app, gateway, output, pieces).await,
    }
}

/// Passes the bytes of a read on to whoever waits for them, as fast as they are taken.
async fn answer(app: &App, gateway: GatewayId, question: u64, size: u64, mut pieces: Streaming<v1::Delivery>) -> Result<bool> {
    let Some(reader) = app.links.connection(gateway)?.opened(question, size) else {
        return Ok(false);
    };
    match pass(&mut pieces, &reader).await {
        Ok(()) => Ok(true),
        Err(None) => Ok(false),
        Err(Some(error)) => {
            // The reader learns that this was not all; that it may have gone meanwhile changes nothing.
            let _ = reader.to.send(Err(Error::unavailable(format!("the file could not be read to its end: {}", error.message())))).await;
            Err(error)
        }
    }
}

/// Passes on as many bytes as the file's size promised. `Err(None)` where the reader wants no more.
async fn pass(pieces: &mut Streaming<v1::Delivery>, reader: &Delivered) -> Result<(), Option<Error>> {
    let Delivered { to, expected, most } = reader;
    let (expected, most) = (*expected, *most);
    let mut came = 0u64;
    loop {
        match next(pieces).await? {
            Some(Body::Data(data)) => {
                let mut data = checked(data)?;
                let wanted = expected.saturating_sub(came);
                came += data.len() as u64;
                if came > most {
                    return Err(Some(Error::invalid(format!("the center sent more than the {most} bytes that were asked for"))));
                }
                data.truncate(usize::try_from(wanted).unwrap_or(usize::MAX));
                if !data.is_empty() {
                    to.send(Ok(data)).await.map_err(|_| None)?;
                }
            }
            Some(Body::End(_)) if came >= expected => return Ok(()),
            Some(Body::End(_)) => return Err(Some(Error::conflict(format!("{expected} bytes were there at first, {came} came")))),
            Some(Body::Head(_)) => return Err(Some(Error::invalid("a delivery has one head"))),
            None => return Err(Some(Error::unavailable("the transfer broke off"))),
        }
    }
}

/// Keeps an output. It is kept only whole, with the checksum the gateway saw on the machine.
async fn keep(app: &App, gateway: GatewayId, output: v1::OutputHead, pieces: Streaming<v1::Delivery>) -> Result<bool> {
    let key = convert::attempt(&output.job, output.attempt)?;
    let sha256 = convert::sha256(&output.sha256)?;
    output.path.parse::<RelPath>()?;
    let attempt = attempts::by_key(app.store.read(), key).await?.filter(|attempt| attempt.gateway == Some(gateway));
    if attempt.is_none() {
        return Err(Error::not_found(format!("this gateway has no job {key}")));
    }
    let limit = app.config.limits.output_bytes;
    if output.size > limit {
        return Err(Error::too_large(format!("the output has {} bytes, at most {limit} are brought back", output.size)));
    }
    app.blobs.must_have_room(output.size, app.config.limits.disk_percent)?;
    let received = around(points::OUTPUT_TAKE, app.blobs.receive(whole(pieces), Some(sha256), output.size)).await;
    let (_, size) = received?;
    if size != output.size {
        return Err(Error::invalid(format!("the output should have {} bytes, {size} came", output.size)));
    }
    Ok(true)
}

/// The data of a delivery; fails where it ends without saying that this was all.
fn whole(pieces: Streaming<v1::Delivery>) -> impl Stream<Item = Result<Bytes>> {
    futures::stream::try_unfold(Some(pieces), |pieces| async move {
        let Some(mut pieces) = pieces else { return Ok(None) };
        match next(&mut pieces).await? {
            Some(Body::Data(data)) => Ok(Some((checked(data)?, Some(pieces)))),
            Some(Body::End(_)) => Ok(None),
            Some(Body::Head(_)) => Err(Error::invalid("a delivery has one head")),
            None => Err(Error::unavailable("the transfer broke off")),
        }
    })
    .into_stream()
}

async fn next(pieces: &mut Streaming<v1::Delivery>) -> Result<Option<Body>> {
    let message = timeout(STILL, pieces.message()).await.map_err(|_| Error::unavailable("nothing came for 60 s"))?;
    let message = message.map_err(|status| Error::unavailable(format!("the transfer broke off: {}", status.message())))?;
    Ok(message.and_then(|message| message.body))
}

fn checked(data: Bytes) -> Result<Bytes> {
    if data.len() > PIECE_MAX {
        return Err(Error::too_large(format!("a piece of {} bytes, at most {PIECE_MAX} are taken at once", data.len())));
    }
    Ok(data)
}

/// Whether an open intent of this gateway, or a question it is to answer now, names this content.
async fn is_needed(app: &App, gateway: GatewayId, content: Sha256) -> Result<bool> {
    if app.links.connection(gateway).is_ok_and(|connection| connection.needs(content)) {
        return Ok(true);
    }
    let open = intents::open(app, gateway).await?;
    Ok(open.iter().any(|intent| match &intent.body {
        Some(intent::Body::Run(run)) => contents(run.package.as_ref(), &run.inputs).contains(&content),
        Some(intent::Body::Cancel(_) | intent::Body::Purge(_)) | None => false,
    }))
}

async fn open(app: &App, content: Sha256, offset: u64) -> Result<impl AsyncRead + Send + use<>> {
    let (_, bytes) = app.blobs.open(content, offset).await?;
    Ok(bytes)
}
