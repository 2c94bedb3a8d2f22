//! The listeners.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use serde::Serialize;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::clock::now_ms;
use crate::connection::{self, Origin};
use crate::library::Library;
use crate::log::Log;
use crate::mounts::{Mount, Mounts};
use crate::routes::{App, router};
use crate::tls;

/// How to start.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Port of the first listener, of which the others take the next ones; 0
    /// for free ports, which need not be in a row.
    pub port: u16,
    /// Folders in which scenarios are looked for by name, in this order.
    pub scenarios: Vec<PathBuf>,
    /// Folders to serve as files.
    pub mounts: Vec<Mount>,
    /// Whether to listen for HTTP/2 and HTTP/1.1 over TLS as well.
    pub tls: bool,
}

/// Where the server listens: origins, without a slash at the end.
#[derive(Clone, Debug, Serialize)]
pub struct Addresses {
    /// Where pages live. HTTP/1.1.
    pub page: String,
    /// The same routes under another origin.
    pub cross: String,
    /// As `page`, over TLS. Absent without [`Config::tls`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_h2: Option<String>,
    /// As `cross`, over TLS. Absent without [`Config::tls`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cross_h2: Option<String>,
}

/// A running server. It stops, with all its connections, when this is dropped.
#[derive(Debug)]
pub struct Replay {
    addresses: Addresses,
    _listeners: JoinSet<()>,
}

impl Replay {
    /// Listens on 127.0.0.1, in tasks of the current Tokio runtime.
    ///
    /// # Errors
    ///
    /// When a folder is missing, a mount's prefix is taken or a port is in
    /// use. A scenario file that cannot be played is no error here: it is told
    /// on standard error, and answered with 500.
    pub async fn start(config: Config) -> anyhow::Result<Self> {
        // The clock's zero is the start, not the first request.
        now_ms();
        for dir in &config.scenarios {
            anyhow::ensure!(dir.is_dir(), "scenarios: {} is not a folder", dir.display());
        }
        let app = Arc::new(App {
            library: Library::new(config.scenarios),
            log: Log::new(),
            mounts: Mounts::new(config.mounts)?,
        });
        for broken in app.library.broken()? {
            eprintln!("ttft-replay: {broken}");
        }

        let router = router(app);
        let mut listeners = Listeners {
            port: config.port,
            router,
            tasks: JoinSet::new(),
        };
        let page = listeners.open("http", None).await?;
        let cross = listeners.open("http", None).await?;
        let (page_h2, cross_h2) = if config.tls {
            let tls = tls::acceptor()?;
            let page = listeners.open("https", Some(tls.clone())).await?;
            (Some(page), Some(listeners.open("https", Some(tls)).await?))
        } else {
            (None, None)
        };
        Ok(Replay {
            addresses: Addresses {
                page,
                cross,
                page_h2,
                cross_h2,
            },
            _listeners: listeners.tasks,
        })
    }

    /// Where it listens.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }
}

struct Listeners {
    port: u16,
    router: Router,
    tasks: JoinSet<()>,
}

impl Listeners {
    async fn open(&mut self, scheme: &str, tls: Option<TlsAcceptor>) -> anyhow::Result<String> {
        let listener = TcpListener::bind(("127.0.0.1", self.port))
            .await
            .with_context(|| {
                format!(
                    "cannot listen on port {}; --port 0 takes a free one",
                    self.port
                )
            })?;
        let origin = format!("{scheme}://{}", listener.local_addr()?);
        if self.port != 0 {
            self.port = self
                .port
                .checked_add(1)
                .context("--port: there must be room for the other listeners above it")?;
        }
        let accept = accept(
            listener,
            tls,
            Origin(origin.as_str().into()),
            self.router.clone(),
        );
        self.tasks.spawn(accept);
        Ok(origin)
    }
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, origin: Origin, router: Router) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((tcp, _)) => {
                    connections.spawn(connection::serve(tcp, tls.clone(), origin.clone(), router.clone()));
                }
                // Out of file descriptors: wait until some are free again.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
