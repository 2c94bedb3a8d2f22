//! For how long an answer that was found is followed, and where it goes on.

use super::*;
use ttft::answer::Fit;

/// An answer that ended at 1390, and of which the page shows the beginning.
fn half_shown() -> Page {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::told(ms(1312)));
    page.progress(1, ms(1302), ms(1312));
    close(&mut page, 1);
    entry(&mut page);
    page.settle(ms(1400), 400.0);
    page
}

#[test]
fn a_record_waits_for_the_rest_of_an_answer_that_is_typed() {
    let mut page = half_shown();
    // Half a second of pause, no more.
    for at in [1900, 2400, 2900] {
        page.progress(1, ms(at), ms(at + 8));
        page.tail(1, "Thequickbrown");
        page.settle(ms(at + 490), (at + 490 - 1000) as f64);
        assert_eq!(records(&mut page), []);
    }
    // A button follows it.
    let tail = format!("{}Copy", &HEAD[5..]);
    page.progress(1, ms(3400), ms(3408));
    page.take_orders();
    page.settle(ms(3410), 2410.0);
    assert_eq!(page.take_orders(), [Order::Tail(1)]);
    page.tail(1, &tail);
    page.settle(ms(3430), 2430.0);
    let record = records(&mut page).remove(0);
    assert_eq!(record.marks.last_commit, Some(ms(2400)));
    assert_eq!(record.marks.last_paint, Some(ms(2408)));
}

#[test]
fn the_last_change_is_the_latest_whenever_it_is_told() {
    let mut page = half_shown();
    page.progress(1, ms(1900), ms(1908));
    // A part in which the answer turns out to go on had changed before.
    page.progress(1, ms(1500), ms(1508));
    page.settle(ms(3000), 2000.0);
    page.settle(ms(4500), 3500.0);
    let record = records(&mut page).remove(0);
    assert_eq!(record.marks.last_commit, Some(ms(900)));
    assert_eq!(record.marks.last_paint, Some(ms(908)));
}

#[test]
fn a_record_does_not_wait_for_an_answer_whose_end_never_shows() {
    // Nothing comes any more,
    let mut page = half_shown();
    page.progress(1, ms(1900), ms(1908));
    page.tail(1, "Thequickbrown");
    page.settle(ms(2890), 1890.0);
    assert_eq!(records(&mut page), []);
    page.settle(ms(2910), 1910.0);
    assert_eq!(records(&mut page).len(), 1);
    // or something else goes on for ever,
    let mut page = half_shown();
    let mut at = 1400;
    while records(&mut page).is_empty() {
        at += 500;
        page.progress(1, ms(at), ms(at + 8));
        page.tail(1, "1234");
        page.settle(ms(at + 10), (at + 10 - 1000) as f64);
        assert!(at < 40_000, "a record");
    }
    // or the page hides.
    let mut page = half_shown();
    page.visibility(ms(1450), true);
    page.leave(ms(1450), 450.0, false);
    assert_eq!(records(&mut page).len(), 1);
}

#[test]
fn the_end_is_looked_for_while_the_network_entry_is_awaited() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    page.candidate(7, ms(1302), 1, HEAD);
    page.painted(7, Painted::told(ms(1312)));
    close(&mut page, 1);
    page.take_orders();
    page.settle(ms(1401), 401.0);
    assert_eq!(page.take_orders(), [Order::Tail(1)]);
}

#[test]
fn the_end_of_an_answer_whose_bytes_were_lost_is_not_looked_for() {
    for lost in [false, true] {
        let mut page = page();
        open(&mut page, 1, 0);
        whole_answer(&mut page, 1);
        page.candidate(7, ms(1302), 1, HEAD);
        page.painted(7, Painted::told(ms(1312)));
        if lost {
            page.skip(1, ms(1340), ms(1350), 300_000);
        }
        close(&mut page, 1);
        entry(&mut page);
        page.take_orders();
        page.settle(ms(1401), 401.0);
        let asked = page.take_orders().contains(&Order::Tail(1));
        assert_eq!(asked, !lost, "lost: {lost}");
    }
}

#[test]
fn a_text_elsewhere_is_how_the_answer_goes_on_if_it_was_just_read() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    // Far beyond what is kept, in letters of two and three bytes.
    for n in 1..400 {
        let text = format!("{n}. Füchse 日本語 und Hühner. ");
        read(&mut page, 1, 1400 + n, &delta(&text));
        let newest = format!("undHühner{n}Füchse日本語undHühner");
        assert_eq!(
            page.goes_on(1, &newest),
            if n > 1 { Fit::Confirmed } else { Fit::No }
        );
    }
    read(
        &mut page,
        1,
        2000,
        &delta("Seven sheep walk by the sleeping fox."),
    );
    for (head, fit) in [
        ("Sevensheep", Fit::Begins),
        ("Sevensheepwalkbythesleepingfox", Fit::Confirmed),
        ("398Füchse\n日本語und\nHühner399Füchse", Fit::Confirmed),
        ("398Füchse日本語undHühner400Füchse", Fit::No),
        ("10secondsagosevensheepwalkedby", Fit::No),
        ("1Füchse日本語undHühner2Füchse日本語undHühner", Fit::No),
        ("", Fit::No),
    ] {
        assert_eq!(page.goes_on(1, head), fit, "{head}");
    }
    assert_eq!(page.goes_on(2, "Sevensheepwalkbythesleepingfox"), Fit::No);
}

#[test]
fn another_copy_of_an_answer_is_not_how_it_goes_on() {
    let mut page = page();
    open(&mut page, 1, 0);
    whole_answer(&mut page, 1);
    assert_eq!(page.goes_on(1, HEAD), Fit::Begins);
    assert_eq!(page.goes_on(1, "Thequick"), Fit::Begins);
    assert_eq!(page.goes_on(1, &HEAD[3..]), Fit::Confirmed);
    // A part that begins in the same words is none.
    let part = "The quick brown fox jumps over the sheep. And so on it goes.";
    read(&mut page, 1, 1350, &delta(part));
    assert_eq!(
        page.goes_on(1, "Thequickbrownfoxjumpsoverthesheep"),
        Fit::Confirmed
    );
}

#[test]
fn an_answer_that_is_sent_again_from_the_start_goes_on_as_well() {
    let mut page = page();
    open(&mut page, 1, 0);
    let text: Vec<String> = (0..90).map(|n| format!("{n} foxes jump. ")).collect();
    for end in 1..=60 {
        let whole = serde_json::json!({"text": text[..end].concat(), "meta_info": {"id": "1"}});
        read(
            &mut page,
            1,
            1300 + end as i64,
            &format!("data: {whole}\n\n"),
        );
    }
    assert_eq!(
        page.goes_on(1, "57foxesjump58foxesjump59foxesjump"),
        Fit::Confirmed
    );
    assert_eq!(
        page.goes_on(1, "57foxesjump58foxesjump60foxesjump"),
        Fit::No
    );
}
