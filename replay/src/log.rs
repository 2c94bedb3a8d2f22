//! All exchanges of this process, by run.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::request::Parts;
use serde::Serialize;
use tokio::sync::watch;

use crate::exchange::Exchange;

/// Runs kept; the oldest is forgotten first. A bench makes thousands of them
/// in one process.
const RUNS_KEPT: usize = 4096;

#[derive(Debug, Default)]
struct Run {
    exchanges: Vec<Arc<Exchange>>,
    preflights: u64,
}

impl Run {
    /// A run without requests has not begun.
    fn ended(&self) -> bool {
        !self.exchanges.is_empty() && self.exchanges.iter().all(|exchange| exchange.ended())
    }
}

#[derive(Debug, Default)]
struct Runs {
    by_name: HashMap<String, Run>,
    order: VecDeque<String>,
    made_up: u64,
}

impl Runs {
    fn open(&mut self, name: &str) -> &mut Run {
        if !self.by_name.contains_key(name) {
            if self.order.len() == RUNS_KEPT
                && let Some(oldest) = self.order.pop_front()
            {
                self.by_name.remove(&oldest);
            }
            self.order.push_back(name.to_owned());
        }
        self.by_name.entry(name.to_owned()).or_default()
    }
}

#[derive(Debug)]
pub(crate) struct Log {
    runs: Mutex<Runs>,
    /// Told when an exchange begins or ends.
    changed: watch::Sender<()>,
}

impl Log {
    pub(crate) fn new() -> Self {
        Log {
            runs: Mutex::default(),
            changed: watch::Sender::new(()),
        }
    }

    /// A name for a request that came without one.
    pub(crate) fn make_up_run(&self) -> String {
        let mut runs = lock(&self.runs);
        runs.made_up += 1;
        format!("run-{}", runs.made_up)
    }

    /// Notes the request and its `request` event.
    pub(crate) fn open(&self, run: &str, origin: &str, parts: &Parts) -> Arc<Exchange> {
        let exchange = Arc::new(Exchange::begin(parts, origin, self.changed.clone()));
        lock(&self.runs).open(run).exchanges.push(exchange.clone());
        self.changed.send_replace(());
        exchange
    }

    pub(crate) fn count_preflight(&self, run: &str) {
        lock(&self.runs).open(run).preflights += 1;
    }

    /// The run as JSON, at once. An unknown one has no requests yet.
    pub(crate) fn read(&self, run: &str) -> String {
        let runs = lock(&self.runs);
        let known = runs.by_name.get(run);
        let reading = Reading {
            run,
            ended: known.is_some_and(Run::ended),
            preflights: known.map_or(0, |run| run.preflights),
            requests: known.map_or(Vec::new(), |run| {
                run.exchanges.iter().map(|e| &**e).collect()
            }),
        };
        serde_json::to_string(&reading).expect("a log is text and numbers")
    }

    /// Waits until the run has requests and all of them have ended, or the
    /// time is over.
    pub(crate) async fn wait_for_end(&self, run: &str, timeout: Duration) {
        let mut changed = self.changed.subscribe();
        let ended = async {
            while !self.ended(run) {
                // The sender lives as long as `self`.
                let _ = changed.changed().await;
            }
        };
        let _ = tokio::time::timeout(timeout, ended).await;
    }

    fn ended(&self, run: &str) -> bool {
        lock(&self.runs).by_name.get(run).is_some_and(Run::ended)
    }
}

#[derive(Serialize)]
struct Reading<'a> {
    run: &'a str,
    ended: bool,
    preflights: u64,
    requests: Vec<&'a Exchange>,
}

/// A panic elsewhere leaves the log readable: it is what explains the panic.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
