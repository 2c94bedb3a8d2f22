//! Clients that see the wire as it is: a raw HTTP/1.1 one, and h2's own.

#![allow(dead_code, reason = "each test file uses a part")]

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use h2::client::{ResponseFuture, SendRequest};
use hyper::http::Request;
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use ttft_replay::{Config, Replay};

/// A test that waits for something that never comes ends here, and fails.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) async fn patiently<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future)
        .await
        .unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

pub(crate) struct Server {
    replay: Replay,
}

/// A response as it came over a raw connection.
pub(crate) struct Raw {
    pub(crate) head: String,
    /// With chunk headers.
    pub(crate) body: String,
}

impl Raw {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            (found == name).then_some(value)
        })
    }

    pub(crate) fn status(&self) -> &str {
        self.head.split(' ').nth(1).expect("has a status")
    }

    /// The data of each HTTP/1.1 chunk, the last and empty one included.
    pub(crate) fn chunks(&self) -> Vec<&str> {
        let mut rest = self.body.as_str();
        let mut chunks = Vec::new();
        while let Some((size, after)) = rest.split_once("\r\n") {
            let size = usize::from_str_radix(size, 16).expect("is a chunk");
            chunks.push(&after[..size]);
            rest = after[size..].strip_prefix("\r\n").expect("chunk ends");
        }
        chunks
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with_tls() -> Self {
        let config = Config {
            tls: true,
            ..Config::default()
        };
        Self::with(config).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        let replay = Replay::start(config).await.expect("starts");
        Server { replay }
    }

    pub(crate) fn page(&self) -> &str {
        &self.replay.addresses().page
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        let address = self.page().strip_prefix("http://").expect("is http");
        TcpStream::connect(address).await.expect("connects")
    }

    /// Sends `head` (without its last line ends) and `body`, and reads until
    /// the server closes the connection.
    pub(crate) async fn ask(&self, head: &str, body: &str) -> Raw {
        let mut connection = self.connect().await;
        let length = match body.len() {
            0 => String::new(),
            length => format!("\r\ncontent-length: {length}"),
        };
        let request = format!("{head}\r\nhost: x\r\nconnection: close{length}\r\n\r\n{body}");
        connection
            .write_all(request.as_bytes())
            .await
            .expect("sends");
        let mut bytes = Vec::new();
        patiently(
            "the end of the response",
            connection.read_to_end(&mut bytes),
        )
        .await
        .expect("ends properly");
        let text = String::from_utf8(bytes).expect("is text");
        let (head, body) = text.split_once("\r\n\r\n").expect("has a head");
        Raw {
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Raw {
        self.ask(&format!("GET {path} HTTP/1.1"), "").await
    }

    /// Posts a scenario and gives its path.
    pub(crate) async fn post(&self, scenario: &str) -> String {
        let response = self.ask("POST /scenarios HTTP/1.1", scenario).await;
        assert_eq!(response.status(), "201", "{}", response.body);
        let answer: Value = serde_json::from_str(&response.body).expect("is JSON");
        answer["url"].as_str().expect("has a url").to_owned()
    }

    /// The requests of a run, when all of them have ended.
    pub(crate) async fn log(&self, run: &str) -> Vec<Exchange> {
        let path = format!("/log?run={run}&until=end&timeout_ms=15000");
        let response = self.get(&path).await;
        let log: Value = serde_json::from_str(&response.body).expect("is JSON");
        assert_eq!(log["ended"], true, "{log:#}");
        let requests = log["requests"].as_array().expect("is a list");
        requests.iter().cloned().map(Exchange).collect()
    }

    /// The only request of a run, when it has ended.
    pub(crate) async fn logged(&self, run: &str) -> Exchange {
        let mut all = self.log(run).await;
        assert_eq!(all.len(), 1);
        all.remove(0)
    }

    /// An HTTP/2 connection over TLS, and the task that drives it.
    pub(crate) async fn connect_http2(&self) -> (SendRequest<Bytes>, JoinHandle<()>) {
        let origin = self.replay.addresses().page_h2.as_deref().expect("has TLS");
        let address = origin.strip_prefix("https://").expect("is https");
        let tcp = TcpStream::connect(address).await.expect("connects");
        let name = ServerName::try_from("127.0.0.1").expect("is a name");
        let tls = trusting().connect(name, tcp).await.expect("agrees on TLS");
        assert_eq!(tls.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
        let (send, connection) = h2::client::handshake(tls).await.expect("agrees on HTTP/2");
        let driver = tokio::spawn(async move {
            let _ = connection.await;
        });
        (send, driver)
    }
}

/// One request in the log.
#[derive(Debug)]
pub(crate) struct Exchange(pub(crate) Value);

impl Exchange {
    pub(crate) fn events(&self) -> &[Value] {
        self.0["events"].as_array().expect("is a list")
    }

    pub(crate) fn whats(&self) -> Vec<&str> {
        self.events()
            .iter()
            .map(|event| event["what"].as_str().expect("is text"))
            .collect()
    }

    pub(crate) fn only(&self, what: &str) -> Vec<&Value> {
        self.events()
            .iter()
            .filter(|event| event["what"] == what)
            .collect()
    }
}

pub(crate) fn number(event: &Value, field: &str) -> f64 {
    event[field]
        .as_f64()
        .unwrap_or_else(|| panic!("{field} in {event}"))
}

/// Reads until the head of a response is whole, and gives all that was read.
pub(crate) async fn read_head(connection: &mut TcpStream) -> String {
    let mut text = String::new();
    while !text.contains("\r\n\r\n") {
        text.push_str(&read_some(connection).await.expect("sends a head"));
    }
    text
}

pub(crate) async fn read_some(connection: &mut TcpStream) -> io::Result<String> {
    let mut bytes = [0; 4096];
    let read = patiently("bytes", connection.read(&mut bytes)).await?;
    if read == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(String::from_utf8_lossy(&bytes[..read]).into_owned())
}

pub(crate) fn get_http2(
    client: &mut SendRequest<Bytes>,
    path: &str,
) -> (ResponseFuture, h2::SendStream<Bytes>) {
    let uri = format!("https://127.0.0.1{path}");
    let request = Request::get(uri).body(()).expect("is a request");
    client.send_request(request, true).expect("sends")
}

pub(crate) fn folder(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn trusting() -> TlsConnector {
    let provider = Arc::new(ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions exist")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Trust))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    TlsConnector::from(Arc::new(config))
}

/// The certificate is made at the server's start: there is nothing to check.
#[derive(Debug)]
struct Trust;

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider()
            .signature_verification_algorithms
            .supported_schemes()
    }
}
