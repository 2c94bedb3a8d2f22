//! The socket as the HTTP stack sees it, watched.
//!
//! Over TLS this sits above the encryption: a time taken here is a few
//! microseconds before the kernel's, and while the socket's buffer is full a
//! write may wait in the TLS layer after it was logged.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::clock::now_ms;
use crate::exchange::Span;
use crate::ledger::Ledger;

pub(crate) trait Socket: AsyncRead + AsyncWrite + Unpin + Send + 'static {
    fn tcp(&self) -> &TcpStream;
}

impl Socket for TcpStream {
    fn tcp(&self) -> &TcpStream {
        self
    }
}

impl Socket for TlsStream<TcpStream> {
    fn tcp(&self) -> &TcpStream {
        self.get_ref().0
    }
}

#[derive(Debug)]
pub(crate) struct Wire<S: Socket> {
    socket: S,
    ledger: Arc<Ledger>,
}

impl<S: Socket> Wire<S> {
    pub(crate) fn new(socket: S, ledger: Arc<Ledger>) -> Self {
        Wire { socket, ledger }
    }

    fn poll_write_timed(
        &mut self,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<(usize, Span)>> {
        let before = now_ms();
        let written = ready!(Pin::new(&mut self.socket).poll_write(cx, bytes))?;
        Poll::Ready(Ok((
            written,
            Span {
                before,
                after: now_ms(),
            },
        )))
    }

    fn poll_write_ahead(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while let Some(bytes) = self.ledger.ahead() {
            let (written, span) = ready!(self.poll_write_timed(cx, &bytes))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.ledger.wrote_ahead(written, span);
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: Socket> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let filled = buf.filled().len();
        ready!(Pin::new(&mut self.socket).poll_read(cx, buf))?;
        self.ledger.read(&buf.filled()[filled..]);
        Poll::Ready(Ok(()))
    }
}

impl<S: Socket> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        ready!(self.poll_write_ahead(cx))?;
        let (written, span) = ready!(self.poll_write_timed(cx, bytes))?;
        self.ledger.wrote(&bytes[..written], span);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_write_ahead(cx))?;
        ready!(Pin::new(&mut self.socket).poll_flush(cx))?;
        self.ledger.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.ledger.is_cut() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.socket).poll_shutdown(cx)
    }
}

impl<S: Socket> Drop for Wire<S> {
    fn drop(&mut self) {
        if self.ledger.is_cut() {
            // Closing then sends RST in place of FIN. It fails on a socket
            // that is already reset, which is what was wanted.
            let _ = self.socket.tcp().set_zero_linger();
        }
        self.ledger.close();
    }
}
