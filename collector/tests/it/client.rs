//! HTTP/1.1 by hand: one request per connection, and nothing is corrected.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

pub(crate) type Headers<'a> = &'a [(&'a str, &'a str)];

pub(crate) fn request(
    to: SocketAddr,
    method: &str,
    path: &str,
    headers: Headers<'_>,
    body: Option<&[u8]>,
) -> std::io::Result<Answer> {
    let mut stream = send_head(to, method, path, headers, body.map(<[u8]>::len))?;
    // A server that has heard enough answers and closes while we still send.
    let _ = stream.write_all(body.unwrap_or_default());
    answer(stream)
}

/// Without `Content-Length`: nobody knows how much will come.
pub(crate) fn chunked(
    to: SocketAddr,
    path: &str,
    headers: Headers<'_>,
    chunks: &[&[u8]],
) -> std::io::Result<Answer> {
    let headers = [headers, &[("transfer-encoding", "chunked")]].concat();
    let mut stream = send_head(to, "POST", path, &headers, None)?;
    for chunk in chunks {
        let _ = write!(stream, "{:x}\r\n", chunk.len());
        let _ = stream.write_all(chunk);
        let _ = stream.write_all(b"\r\n");
    }
    let _ = stream.write_all(b"0\r\n\r\n");
    answer(stream)
}

pub(crate) fn send_head(
    to: SocketAddr,
    method: &str,
    path: &str,
    headers: Headers<'_>,
    length: Option<usize>,
) -> std::io::Result<TcpStream> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
    if !headers.iter().any(|(name, _)| *name == "host") {
        head.push_str(&format!("host: {to}\r\n"));
    }
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if let Some(length) = length {
        head.push_str(&format!("content-length: {length}\r\n"));
    }
    head.push_str("\r\n");
    let mut stream = TcpStream::connect(to)?;
    // Far above anything a healthy collector takes: a hang becomes an error.
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    stream.set_nodelay(true)?;
    stream.write_all(head.as_bytes())?;
    Ok(stream)
}

pub(crate) fn answer(mut stream: TcpStream) -> std::io::Result<Answer> {
    let mut bytes = Vec::new();
    if let Err(error) = stream.read_to_end(&mut bytes)
        && bytes.is_empty()
    {
        return Err(error);
    }
    let bad = || std::io::Error::other("no HTTP answer");
    let text = String::from_utf8(bytes).map_err(|_| bad())?;
    let (head, body) = text.split_once("\r\n\r\n").ok_or_else(bad)?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .ok_or_else(bad)?;
    Ok(Answer {
        status,
        head: head.into(),
        body: body.into(),
    })
}
