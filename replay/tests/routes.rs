//! The routes beside the stream: scenarios, log, clock, CORS and files.

mod client;

use std::fs;
use std::path::PathBuf;

use client::{Raw, Server, folder};
use serde_json::Value;
use ttft_replay::{Config, Mount, Replay};

const ORIGIN: &str = "origin: http://page.test";

#[tokio::test]
async fn bad_scenario_is_refused_with_the_reason() {
    let server = Server::start().await;
    let cases = [
        (r#"{"steps":[{"text":"a"},{"txet":"b"}]}"#, "steps[1]"),
        (r#"{"status":"ok"}"#, "status"),
        ("", "EOF"),
    ];
    for (scenario, reason) in cases {
        let response = server.ask("POST /scenarios HTTP/1.1", scenario).await;
        assert_eq!(response.status(), "400");
        assert!(response.body.contains(reason), "{}", response.body);
    }
}

#[tokio::test]
async fn unknown_scenario_is_a_readable_404() {
    let server = Server::start().await;
    let response = server
        .ask(&format!("GET /s/none HTTP/1.1\r\n{ORIGIN}"), "")
        .await;
    assert_eq!(response.status(), "404");
    assert!(response.body.contains("none.json"), "{}", response.body);
    assert!(response.header("access-control-allow-origin").is_some());
}

#[tokio::test]
async fn scenario_file_is_played_by_its_name() {
    let scenarios = vec![folder("scenarios")];
    let server = Server::with(Config {
        scenarios,
        ..Config::default()
    })
    .await;
    let response = server.get("/s/error-in-stream?run=r").await;
    assert!(response.chunks().concat().contains("\"server_error\""));
    assert_eq!(server.logged("r").await.whats().last(), Some(&"end"));
}

#[tokio::test]
async fn run_is_made_up_when_missing() {
    let server = Server::start().await;
    let path = server.post("{}").await;
    let first = server.get(&path).await;
    let second = server.get(&path).await;
    let runs = [&first, &second].map(|response| response.header("x-replay-run").expect("is named"));
    assert_ne!(runs[0], runs[1]);
    for run in runs {
        server.logged(run).await;
    }
}

#[tokio::test]
async fn path_below_a_scenario_names_the_run_and_plays_it() {
    let server = Server::start().await;
    let path = server.post(r#"{"steps":[{"text":"a"}]}"#).await;
    let below = format!("{path}/r/v1/chat/completions");
    let head = format!("POST {below}?alt=sse HTTP/1.1");
    let response = server.ask(&head, "same").await;
    assert_eq!(response.header("x-replay-run"), Some("r"));
    assert_eq!(response.chunks(), ["a", ""]);
    assert_eq!(server.logged("r").await.0["path"], below);
    let unknown = server.get("/s/none/r/v1").await;
    assert_eq!(unknown.status(), "404");
}

#[tokio::test]
async fn bodies_are_told_apart_by_their_hash() {
    let server = Server::start().await;
    let path = server.post("{}").await;
    let mut hashes = Vec::new();
    for (run, body) in [("a", "one"), ("b", "one"), ("c", "two")] {
        let head = format!("POST {path}?run={run} HTTP/1.1");
        server.ask(&head, body).await;
        let exchange = server.logged(run).await;
        let hash = exchange.only("body")[0]["hash"].as_str().map(str::to_owned);
        hashes.push(hash.expect("has a hash"));
    }
    assert_eq!(hashes[0], hashes[1]);
    assert_ne!(hashes[0], hashes[2]);
}

#[tokio::test]
async fn wait_for_the_end_gives_up_in_time() {
    let server = Server::start().await;
    let log = server.get("/log?run=never&until=end&timeout_ms=1").await;
    let log: Value = serde_json::from_str(&log.body).expect("is JSON");
    assert_eq!(log["ended"], false);
    assert_eq!(log["requests"], serde_json::json!([]));
    let refused = server.get("/log?until=end").await;
    assert_eq!(refused.status(), "400");
    assert!(refused.body.contains("run=RUN"), "{}", refused.body);
}

#[tokio::test]
async fn ping_is_on_the_logs_clock() {
    let server = Server::start().await;
    let path = server.post("{}").await;
    let now = |response: &Raw| {
        let answer: Value = serde_json::from_str(&response.body).expect("is JSON");
        answer["now"].as_f64().expect("is a number")
    };
    let before = server
        .ask(&format!("GET /ping HTTP/1.1\r\n{ORIGIN}"), "")
        .await;
    assert_eq!(before.header("cache-control"), Some("no-store"));
    assert_eq!(
        before.header("access-control-allow-origin"),
        Some("http://page.test")
    );
    server.get(&format!("{path}?run=r")).await;
    let after = server.get("/ping").await;
    let exchange = server.logged("r").await;
    for event in exchange.events() {
        let t = client::number(event, "t");
        assert!(now(&before) <= t && t <= now(&after), "{event}");
    }
}

#[tokio::test]
async fn preflight_is_allowed_counted_and_not_played() {
    let server = Server::start().await;
    let path = server.post("{}").await;
    let ask = "access-control-request-method: PATCH\r\naccess-control-request-headers: x-a, x-b";
    for path in [
        format!("{path}?run=r"),
        "/scenarios".into(),
        "/log?run=r".into(),
        "/ping".into(),
    ] {
        let response = server
            .ask(&format!("OPTIONS {path} HTTP/1.1\r\n{ORIGIN}\r\n{ask}"), "")
            .await;
        assert_eq!(response.status(), "204", "{path}");
        assert_eq!(
            response.header("access-control-allow-origin"),
            Some("http://page.test")
        );
        assert_eq!(
            response.header("access-control-allow-methods"),
            Some("PATCH")
        );
        assert_eq!(
            response.header("access-control-allow-headers"),
            Some("x-a, x-b")
        );
        assert_eq!(response.header("access-control-max-age"), Some("0"));
    }
    let log = server.get("/log?run=r").await;
    let log: Value = serde_json::from_str(&log.body).expect("is JSON");
    assert_eq!(log["preflights"], 1);
    assert_eq!(log["requests"], serde_json::json!([]));
}

#[tokio::test]
async fn scenario_decides_what_another_origin_may_see() {
    let server = Server::start().await;
    let open = server
        .post(r#"{"cors":{"timing_allow":true,"expose":["server-timing","x-a"]}}"#)
        .await;
    let closed = server.post(r#"{"cors":{"allow":false}}"#).await;
    let plain = server.post("{}").await;
    let get = async |path: &str| {
        server
            .ask(&format!("GET {path} HTTP/1.1\r\n{ORIGIN}"), "")
            .await
    };

    let response = get(&open).await;
    assert_eq!(
        response.header("access-control-allow-origin"),
        Some("http://page.test")
    );
    assert_eq!(
        response.header("access-control-expose-headers"),
        Some("server-timing, x-a")
    );
    assert_eq!(response.header("timing-allow-origin"), Some("*"));

    let response = get(&plain).await;
    assert_eq!(
        response.header("access-control-allow-origin"),
        Some("http://page.test")
    );
    assert_eq!(response.header("access-control-expose-headers"), None);
    assert_eq!(response.header("timing-allow-origin"), None);

    assert_eq!(
        get(&closed).await.header("access-control-allow-origin"),
        None
    );
    let ask =
        format!("OPTIONS {closed} HTTP/1.1\r\n{ORIGIN}\r\naccess-control-request-method: POST");
    let preflight = server.ask(&ask, "").await;
    assert_eq!(preflight.header("access-control-allow-origin"), None);
}

/// A folder with a page, a script and a module of WebAssembly.
fn site(name: &str) -> PathBuf {
    let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(dir.join("sub")).expect("makes a folder");
    for (file, content) in [
        ("index.html", "page"),
        ("a.js", "script"),
        ("a.mjs", "module"),
        ("a.wasm", "wasm"),
        ("sub/index.html", "sub"),
    ] {
        fs::write(dir.join(file), content).expect("writes a file");
    }
    dir
}

async fn serve_site(name: &str, prefixes: &[&str]) -> Server {
    let dir = site(name);
    let mount = |prefix: &&str| Mount {
        prefix: (*prefix).to_owned(),
        dir: dir.clone(),
    };
    let mounts = prefixes.iter().map(mount).collect();
    Server::with(Config {
        mounts,
        ..Config::default()
    })
    .await
}

#[tokio::test]
async fn mounted_file_has_its_type_and_is_revalidated() {
    let server = serve_site("types", &["/", "/pkg"]).await;
    for (path, content, kind) in [
        ("/", "page", "text/html; charset=utf-8"),
        ("/pkg/", "page", "text/html; charset=utf-8"),
        ("/sub/", "sub", "text/html; charset=utf-8"),
        ("/a.js", "script", "text/javascript; charset=utf-8"),
        ("/pkg/a.mjs", "module", "text/javascript; charset=utf-8"),
        ("/pkg/a.wasm", "wasm", "application/wasm"),
    ] {
        let response = server.get(path).await;
        assert_eq!(response.status(), "200", "{path}");
        assert_eq!(response.body, content, "{path}");
        assert_eq!(response.header("content-type"), Some(kind), "{path}");
        assert_eq!(response.header("cache-control"), Some("no-cache"), "{path}");
        assert_eq!(
            response.header("cross-origin-opener-policy"),
            None,
            "{path}"
        );
    }
    assert_eq!(server.get("/none.js").await.status(), "404");
    assert_eq!(server.get("/../Cargo.toml").await.status(), "404");
}

#[tokio::test]
async fn folder_without_a_slash_keeps_its_whole_path() {
    let server = serve_site("slash", &["/pkg"]).await;
    let response = server.get("/isolated/pkg/sub?csp=x").await;
    assert_eq!(response.status(), "307");
    assert_eq!(
        response.header("location"),
        Some("/isolated/pkg/sub/?csp=x")
    );
}

#[tokio::test]
async fn isolated_page_has_the_three_headers() {
    let server = serve_site("isolated", &["/"]).await;
    for path in [
        "/isolated/",
        "/isolated/slow/1/a.js",
        "/slow/1/isolated/a.wasm",
    ] {
        let response = server.get(path).await;
        assert_eq!(response.status(), "200", "{path}");
        assert_eq!(
            response.header("cross-origin-opener-policy"),
            Some("same-origin")
        );
        assert_eq!(
            response.header("cross-origin-embedder-policy"),
            Some("require-corp")
        );
        assert_eq!(
            response.header("cross-origin-resource-policy"),
            Some("cross-origin")
        );
    }
}

#[tokio::test]
async fn policy_is_set_on_pages_only() {
    let server = serve_site("policy", &["/"]).await;
    let policy = "csp=script-src%20'self'";
    let page = server.get(&format!("/index.html?{policy}")).await;
    assert_eq!(
        page.header("content-security-policy"),
        Some("script-src 'self'")
    );
    let script = server.get(&format!("/a.js?{policy}")).await;
    assert_eq!(script.header("content-security-policy"), None);
}

#[tokio::test]
async fn delay_that_is_no_number_is_refused() {
    let server = serve_site("delay", &["/"]).await;
    assert_eq!(server.get("/slow/1/a.js").await.body, "script");
    assert_eq!(server.get("/slow/soon/a.js").await.status(), "400");
}

#[tokio::test]
async fn start_names_the_folder_that_is_missing() {
    let scenarios = vec![PathBuf::from("/nowhere/scenarios")];
    let error = Replay::start(Config {
        scenarios,
        ..Config::default()
    })
    .await;
    let error = error.expect_err("has no folder").to_string();
    assert!(error.contains("/nowhere/scenarios"), "{error}");
}
