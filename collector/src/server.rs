//! The process from its first socket to its last answer.

use crate::clock::Clock;
use crate::counters::Counters;
use crate::options::Options;
use crate::origin::OriginRule;
use crate::router::router;
use crate::store::{Sqlite, Store, StoreError};
use crate::writer::{Writer, WriterThread};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// For the headers of a request, and between two requests of a connection.
/// Longer than the 60 s after which proxies drop an idle one, so that it is
/// never we who close it under a beacon.
const HEADER_TIMEOUT: Duration = Duration::from_secs(65);
/// For answers that are under way when the process is told to stop.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(10);
/// After a failed `accept`, such as one without a free file descriptor.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// A collector that listens.
#[derive(Debug)]
pub struct Collector {
    state: Arc<State>,
    listener: TcpListener,
    address: SocketAddr,
    data: PathBuf,
    writer: WriterThread,
}

/// What every request may need.
#[derive(Debug)]
pub struct State {
    /// As given on the command line.
    pub options: Options,
    /// Where records are read; written only through `writer`.
    pub store: Arc<dyn Store>,
    /// The way to the disk.
    pub writer: Writer,
    /// What came in.
    pub counters: Arc<Counters>,
    /// When it came.
    pub clock: Arc<Clock>,
    /// Free bytes of `--queue`.
    pub queue: Arc<Semaphore>,
    /// When the process started, in milliseconds since 1970.
    pub since: i64,
    /// Only this machine can ask, and only its own pages are meant to: there is
    /// no proxy before it that would ask by another name.
    pub is_local: bool,
    /// The process has been told to stop.
    pub draining: AtomicBool,
}

/// Why a collector does not start or does not go on.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The address cannot be used.
    #[error(
        "cannot listen on {address}: {error}; choose another with --listen, such as 127.0.0.1:0 for any free port"
    )]
    Listen {
        /// As given.
        address: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A defect: the writer ended by itself.
    #[error("the writer has stopped; records that were acknowledged are safe")]
    Writer,
}

impl Collector {
    /// Opens the store, reads its ids and listens.
    ///
    /// # Errors
    ///
    /// If the store or the address cannot be used.
    pub async fn start(options: &Options) -> Result<Self, ServerError> {
        let store = Sqlite::open(&options.data)?;
        let data = std::path::absolute(store.path()).unwrap_or_else(|_| store.path().to_owned());
        let store: Arc<dyn Store> = Arc::new(store);
        Self::with_store(options, store, data).await
    }

    /// As [`start`](Self::start), with any store; `data` is where it keeps its
    /// records, for people.
    ///
    /// # Errors
    ///
    /// If the store cannot be read or the address cannot be used.
    pub async fn with_store(
        options: &Options,
        store: Arc<dyn Store>,
        data: PathBuf,
    ) -> Result<Self, ServerError> {
        let counters = Arc::new(Counters::default());
        let newest = store.newest(1)?;
        let clock = Arc::new(Clock::new(newest.first().map_or(0, |row| row.received)));
        let (writer, thread) = Writer::start(
            Arc::clone(&store),
            Arc::clone(&counters),
            Arc::clone(&clock),
            options.retention_days,
        )?;
        let cannot = |error| ServerError::Listen {
            address: options.listen.clone(),
            error,
        };
        let listener = TcpListener::bind(&options.listen).await.map_err(cannot)?;
        let address = listener.local_addr().map_err(cannot)?;
        if !address.ip().is_loopback() {
            tracing::warn!("listening beyond this machine: dashboard and API ask for no password");
            if options.allow_origin == [OriginRule::Loopback] {
                tracing::warn!(
                    "only pages on localhost may send beacons; name yours with --allow-origin"
                );
            }
        }
        let state = State {
            queue: Arc::new(Semaphore::new(options.queue.as_u64() as usize)),
            options: options.clone(),
            store,
            writer,
            counters,
            since: clock.now(),
            clock,
            is_local: address.ip().is_loopback()
                && options
                    .allow_origin
                    .iter()
                    .all(|rule| *rule == OriginRule::Loopback),
            draining: AtomicBool::new(false),
        };
        tracing::info!(
            "{} records in {}",
            state.writer.status().held(),
            data.display()
        );
        Ok(Self {
            state: Arc::new(state),
            listener,
            address,
            data,
            writer: thread,
        })
    }

    /// The address that was bound.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The file of the records.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Serves until `stop` resolves, then answers all that is under way.
    ///
    /// # Errors
    ///
    /// If the writer ends by itself.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> Result<(), ServerError> {
        let Self {
            state,
            listener,
            mut writer,
            ..
        } = self;
        let service = TowerToHyperService::new(router(Arc::clone(&state)));
        let connections = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        let writer_ended = loop {
            tokio::select! {
                accepted = listener.accept() => match accepted {
                    Ok((stream, _)) => serve_connection(stream, service.clone(), &connections),
                    Err(error) => {
                        tracing::warn!("cannot accept a connection: {error}");
                        tokio::time::sleep(ACCEPT_PAUSE).await;
                    }
                },
                () = &mut stop => break false,
                _ = &mut writer.ended => break true,
            }
        };
        state.draining.store(true, Ordering::Relaxed);
        drop(listener);
        if !writer_ended {
            tracing::info!("stopping: answering what is under way");
        }
        if tokio::time::timeout(DRAIN_TIMEOUT, connections.shutdown())
            .await
            .is_err()
        {
            tracing::warn!(
                "some clients took longer than {} s and get no answer",
                DRAIN_TIMEOUT.as_secs()
            );
        }
        state.writer.stop();
        let ended_well = tokio::task::spawn_blocking(move || writer.join())
            .await
            .unwrap_or(false);
        if writer_ended || !ended_well {
            Err(ServerError::Writer)
        } else {
            Ok(())
        }
    }
}

fn serve_connection(
    stream: TcpStream,
    service: TowerToHyperService<axum::Router>,
    connections: &GracefulShutdown,
) {
    // Small answers must not wait for the ones before to be acknowledged.
    let _ = stream.set_nodelay(true);
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!("connection: {error}");
        }
    });
}
