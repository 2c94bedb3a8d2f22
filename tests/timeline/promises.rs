//! The promises of the record, restated without regard to how they are kept.

use ttft::millis::Millis;
use ttft::record::{Flag, Interval, Marks, Segments, Shares, Verdict};
use ttft::timeline::Settled;

fn sound(what: &str, interval: Option<Interval>) {
    if let Some(Interval { lo, est, hi }) = interval {
        assert!(
            Millis::ZERO <= lo && lo <= est && est <= hi,
            "{what}: {lo:?} {est:?} {hi:?}"
        );
    }
}

pub(crate) fn promises_hold(settled: &Settled) {
    let Settled {
        marks,
        segments,
        shares,
        ..
    } = settled;
    let all = [
        ("backend", segments.backend),
        ("frontend", segments.frontend),
        ("generate", segments.generate),
        ("reason", segments.reason),
        ("deliver", segments.deliver),
        ("render", segments.render),
    ];
    for (what, interval) in all {
        sound(what, interval);
    }
    for exact in [segments.connect, segments.wait, segments.app]
        .into_iter()
        .flatten()
    {
        assert!(exact >= Millis::ZERO);
    }

    // Marks in order.
    let order = [
        marks.request_sent,
        marks.headers,
        marks.first_byte,
        marks.first_event,
        marks.first_token,
        marks.first_answer_token,
        marks.first_answer_commit,
        marks.first_answer_paint,
    ];
    let present: Vec<_> = order.into_iter().flatten().collect();
    assert!(present.is_sorted(), "{marks:?}");
    assert!(present.iter().all(|&mark| mark >= Millis::ZERO));
    let own: Vec<_> = [
        marks.first_token,
        marks.first_answer_token,
        marks.last_token,
        marks.end,
    ]
    .into_iter()
    .flatten()
    .collect();
    assert!(own.is_sorted(), "{marks:?}");
    assert!(marks.turn_start.is_none_or(|at| at <= Millis::ZERO));

    // Both ends of the page's part exist, or neither.
    assert_eq!(
        segments.backend.is_some(),
        marks.first_answer_token.is_some()
    );
    assert_eq!(
        settled.arrival.is_some(),
        marks.first_answer_token.is_some()
    );
    assert_eq!(
        segments.frontend.is_some(),
        marks.first_answer_paint.is_some()
    );
    assert_eq!(shares.is_some(), marks.first_answer_paint.is_some());
    if let (Some(paint), Some(backend), Some(frontend)) = (
        marks.first_answer_paint,
        segments.backend,
        segments.frontend,
    ) {
        assert_eq!(backend.est + frontend.est, paint);
        let (Some(deliver), Some(app), Some(render)) =
            (segments.deliver, segments.app, segments.render)
        else {
            panic!("a part of {frontend:?} is missing: {segments:?}");
        };
        assert_eq!(deliver.est + app + render.est, frontend.est);
    }

    backend_parts(segments, marks);
    if let (Some(shares), Some(paint)) = (shares, marks.first_answer_paint) {
        let Shares {
            page,
            network,
            server,
        } = *shares;
        for (what, share) in [("page", page), ("network", network), ("server", server)] {
            sound(what, Some(share));
        }
        assert_eq!(page.est + network.est + server.est, paint);
        // More than `frontend` only by what the page did before it asked.
        let frontend = segments.frontend.expect("shares");
        let before = page.est - frontend.est;
        let backend = segments.backend.expect("shares");
        assert!(Millis::ZERO <= before && before <= backend.est);
        assert_eq!(page.lo, frontend.lo);
        assert_eq!(page.hi, frontend.hi + before);
    }
    match settled.verdict {
        None => {
            assert!(shares.is_none() || settled.flags.contains(&Flag::Slept));
        }
        Some(verdict) => {
            let Shares {
                page,
                network,
                server,
            } = shares.expect("shares behind a verdict");
            assert!(!settled.flags.contains(&Flag::Hidden));
            let (winner, others) = match verdict {
                Verdict::Page => (page, [network, server]),
                Verdict::Network => (network, [page, server]),
                Verdict::Server => (server, [page, network]),
                Verdict::Unclear | Verdict::Unknown => return,
            };
            assert!(others.iter().all(|other| winner.lo >= other.hi));
        }
    }
}

/// Laid end to end from the marks they start at, the parts of `backend` must
/// not overlap, and fill it where none is missing.
fn backend_parts(segments: &Segments, marks: &Marks) {
    let Some(backend) = segments.backend else {
        assert_eq!(segments.reason, None);
        return;
    };
    let reason = segments.reason.map_or(Millis::ZERO, |it| it.est);
    let mut sum = reason;
    let mut whole = true;
    for part in [
        segments.connect,
        segments.wait,
        segments.generate.map(|it| it.est),
    ] {
        whole &= part.is_some();
        sum = sum + part.unwrap_or_default();
    }
    assert!(sum <= backend.est, "{segments:?}");
    if whole {
        assert_eq!(sum, backend.est, "{segments:?}");
    }
    assert_eq!(
        segments.wait.is_some(),
        marks.request_sent.is_some() && marks.headers.is_some()
    );
    assert_eq!(segments.generate.is_some(), marks.headers.is_some());
}
