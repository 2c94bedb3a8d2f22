//! The first change of a target, where no text in it fits.

use super::*;

#[test]
fn in_a_target_the_first_change_is_the_last_resort() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    assert!(!page.candidate(1, ms(1301), 1, "elsewhere"));
    assert!(page.candidate(2, ms(1302), 1 | 1 << 1, "translated"));
    assert!(page.candidate(3, ms(1303), 1 | 1 << 1, "later"));
    page.painted(2, Painted::between(ms(1310), ms(1310)));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::Target));
    assert_eq!(record.marks.first_answer_commit, Some(ms(302)));
}

#[test]
fn in_a_target_the_first_change_counts_though_another_came_instead() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    page.candidate(2, ms(1302), 1 | 1 << 1, "translated");
    page.dropped(2);
    page.candidate(3, ms(1402), 1 | 1 << 1, "translatedanew");
    page.painted(2, Painted::between(ms(1310), ms(1310)));
    page.painted(3, Painted::between(ms(1410), ms(1410)));
    close(&mut page, 1);
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::Target));
    assert_eq!(record.marks.first_answer_commit, Some(ms(302)));
    assert_eq!(record.marks.first_answer_paint, Some(ms(310)));
}

#[test]
fn the_paint_of_a_later_text_is_not_that_of_the_first_change() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    page.candidate(2, ms(1302), 1 | 1 << 1, "translated");
    page.painted(2, Painted::between(ms(1310), ms(1310)));
    page.dropped(2);
    page.candidate(3, ms(1370), 1 | 1 << 1, "anew");
    close(&mut page, 1);
    page.painted(3, Painted::between(ms(1410), ms(1410)));
    entry(&mut page);
    let marks = finish(&mut page).marks;
    assert_eq!(marks.first_answer_commit, Some(ms(302)));
    assert_eq!(marks.first_answer_paint, Some(ms(310)));
}

#[test]
fn the_first_change_is_painted_though_it_is_told_late() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    page.candidate(2, ms(1302), 1 | 1 << 1, "translated");
    page.dropped(2);
    page.candidate(3, ms(1370), 1 | 1 << 1, "anew");
    page.painted(3, Painted::between(ms(1380), ms(1380)));
    close(&mut page, 1);
    assert_eq!(page.take_orders(), [Order::Found { call: 1, handle: 3 }]);
    page.painted(2, Painted::between(ms(1310), ms(1310)));
    entry(&mut page);
    let marks = finish(&mut page).marks;
    assert_eq!(marks.first_answer_commit, Some(ms(302)));
    assert_eq!(marks.first_answer_paint, Some(ms(310)));
}

#[test]
fn of_changes_in_a_target_the_earliest_counts_and_what_is_there_is_followed() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    page.candidate(2, ms(1302), 1 | 1 << 1, "translated");
    page.candidate(3, ms(1350), 1 | 1 << 1, "more");
    page.candidate(4, ms(1370), 1 | 1 << 1, "evenmore");
    page.dropped(3);
    page.dropped(2);
    close(&mut page, 1);
    entry(&mut page);
    let followed = Order::Found { call: 1, handle: 4 };
    page.settle(ms(1500), 500.0);
    assert!(page.take_orders().contains(&followed));
    page.painted(4, Painted::between(ms(1380), ms(1380)));
    let marks = finish(&mut page).marks;
    assert_eq!(marks.first_answer_commit, Some(ms(302)));
}

#[test]
fn a_target_tells_its_first_change_once_the_answer_is_over() {
    let mut page = page();
    open(&mut page, 1, 1);
    whole_answer(&mut page, 1);
    assert!(page.candidate(2, ms(1302), 0b11, "translated"));
    page.painted(2, Painted::told(ms(1312)));
    // The client stops at the marker and lets go of the body.
    read(&mut page, 1, 1390, "data: [DONE]\n\n");
    entry(&mut page);
    let record = finish(&mut page);
    assert_eq!(record.paint.map(|paint| paint.found), Some(Found::Target));
    assert_eq!(record.marks.first_answer_commit, Some(ms(302)));
}
