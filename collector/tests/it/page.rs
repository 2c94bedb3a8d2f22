//! The dashboard's files and the supervisor's routes.

use crate::client;
use crate::fixture::{EXAMPLE, Running};
use ttft_collector::page::{CONTENT_SECURITY_POLICY, FILES};

#[test]
fn every_file_comes_with_its_policy_and_type() {
    let running = Running::new(&[]);
    let mut scripts = 0;
    for (path, kind, content) in FILES {
        let answer = running.get(path);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, Some(kind)),
            "{path}"
        );
        assert_eq!(
            answer.header("content-security-policy"),
            Some(CONTENT_SECURITY_POLICY),
            "{path}"
        );
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert_eq!(answer.body, content, "{path}");
        assert!(content.len() > 100, "{path} has something in it");
        scripts += usize::from(kind.starts_with("text/javascript"));
    }
    assert!(scripts >= 1);
    assert!(!CONTENT_SECURITY_POLICY.contains("unsafe"));
}

#[test]
fn every_module_that_is_imported_is_served() {
    let mut imports = 0;
    for (path, _, script) in FILES.iter().filter(|(path, ..)| path.ends_with(".js")) {
        for import in script
            .lines()
            .filter_map(|line| line.split_once(" from \"./"))
        {
            let name = import.1.trim_end_matches([';', '"']);
            let wanted = format!("/assets/{name}");
            assert!(
                FILES.iter().any(|(served, ..)| *served == wanted),
                "{path} imports {name}"
            );
            imports += 1;
        }
    }
    assert!(imports > 0);
}

#[test]
fn the_first_record_the_empty_page_offers_is_accepted() {
    let running = Running::new(&[]);
    assert!(FILES[0].2.contains("/assets/example.json"));
    let offered = running.get("/assets/example.json").body;
    assert_eq!(offered, EXAMPLE);
    assert_eq!(
        running
            .send(&[("content-type", "text/plain")], offered)
            .status,
        204
    );
    assert_eq!(running.counts(), [1, 1, 0, 0, 0]);
}

#[test]
fn a_supervisor_gets_its_answers() {
    let running = Running::new(&[]);
    assert_eq!(running.get("/healthz").status, 200);
    assert_eq!(running.get("/readyz").status, 200);
    assert_eq!(running.get("/nowhere").status, 404);
}

#[test]
fn on_loopback_no_name_is_answered_that_a_stranger_could_own() {
    let running = Running::new(&[]);
    let ask = |running: &Running, method: &str, path: &str, host: &str| {
        client::request(running.address, method, path, &[("host", host)], Some(b""))
            .expect("an answer")
    };
    let port = running.address.port();
    let stranger = format!("evil.example:{port}");
    for path in ["/", "/api/records", "/api/health", "/nowhere"] {
        let answer = ask(&running, "GET", path, &stranger);
        assert_eq!(answer.status, 421, "{path}");
        assert!(answer.body.contains("--allow-origin"), "{answer:?}");
        assert_eq!(
            ask(&running, "GET", path, &format!("app.localhost:{port}")).status,
            if path == "/nowhere" { 404 } else { 200 },
            "{path}"
        );
    }
    assert_eq!(ask(&running, "POST", "/v1/beacon", &stranger).status, 421);
    assert_eq!(
        running.get("/api/health").json()["beacons"]["refused"],
        serde_json::json!({"host": 1})
    );

    for options in [
        ["--listen", "0.0.0.0:0"],
        ["--allow-origin", "https://app.example.com"],
    ] {
        let public = Running::new(&options);
        let answer = ask(&public, "GET", "/", "collector.example.com");
        assert_eq!(answer.status, 200, "{options:?}");
    }
}
