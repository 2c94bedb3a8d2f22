//! The rules in `docs/dialects.md` are those in the code.

use std::fmt::Write as _;
use std::path::Path;
use ttft::inspect::rules;

const BEGIN: &str =
    "<!-- rules: written by the test `dialect_reference`; BLESS=1 renews them -->\n";
const END: &str = "<!-- end of rules -->\n";

fn reference() -> String {
    let mut text = String::new();
    let mut current = None;
    for rule in rules() {
        if current.as_ref() != Some(&rule.dialect) {
            let name = match rule.dialect.as_str() {
                "" => "Common to many".to_owned(),
                name => format!("`{name}`"),
            };
            let _ = write!(
                text,
                "\n### {name}\n\n| path | means | only beside |\n|---|---|---|\n"
            );
            current = Some(rule.dialect.clone());
        }
        let needs: Vec<_> = rule
            .needs
            .iter()
            .map(|path| format!("`{}`", path.escape_debug()))
            .collect();
        let path = rule.path.escape_debug();
        let _ = writeln!(
            text,
            "| `{path}` | {} | {} |",
            rule.meaning,
            needs.join(" or ")
        );
    }
    text.push('\n');
    text
}

#[test]
fn the_reference_lists_the_rules_in_the_code() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/dialects.md");
    let text = std::fs::read_to_string(&file).expect("docs/dialects.md");
    let (before, rest) = text.split_once(BEGIN).expect("the beginning of the rules");
    let (written, after) = rest.split_once(END).expect("the end of the rules");
    let reference = reference();
    assert!(reference.lines().count() > 200, "the rules are missing");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&file, format!("{before}{BEGIN}{reference}{END}{after}"))
            .expect("a file to write");
        return;
    }
    assert!(
        written == reference,
        "docs/dialects.md does not list the rules in the code: run `BLESS=1 cargo test --test dialect_reference`"
    );
}
