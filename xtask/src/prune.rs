//! Takes out of a linked module what only serves to say why it panicked.
//!
//! A panic's message goes to a standard error that no browser has, so all that
//! comes of it is a trap. Still the linked module holds the messages, the paths
//! of source files, and all of the formatting with its Unicode tables. Nightly
//! has `-Zbuild-std` and `panic=immediate-abort` for this; on stable it has to
//! be done after linking, in three steps:
//!
//! 1. Where straight code ends in a call of a function that only ever panics,
//!    it is replaced by the trap. Nothing is lost but the message: what such
//!    code stores is never read again, and code that might call JavaScript is
//!    left as it is.
//! 2. From the exports on, what is still reachable is followed by calls and, for
//!    addresses of data and of functions, by the relocations that the linker
//!    was asked to keep (`--emit-relocs`).
//! 3. Other functions become traps, other data zeros, all in place, so nothing
//!    moves. wasm-opt drops both.

use std::collections::HashSet;
use std::ops::Range;

use anyhow::{Context as _, bail};
use wasmparser::{
    DefinedDataSymbol, ExternalKind, FunctionBody, KnownCustom, Linking, Name, Operator, Parser,
    Payload, RelocationEntry, RelocationType, SymbolInfo, TypeRef,
};

/// Begins of the names of functions that do nothing but panic.
const PANICS: [&str; 6] = [
    "core::panicking::",
    "__rustc::rust_begin_unwind",
    "__rustc::rust_panic",
    "__rustc::__rust_alloc_error_handler",
    "std::panicking::",
    "alloc::alloc::handle_alloc_error",
];

const UNREACHABLE: u8 = 0x00;
const NOP: u8 = 0x01;
const END: u8 = 0x0b;

/// The module without what only panics need, and without its relocations.
///
/// # Errors
///
/// When it was linked without relocations, or is no module.
pub(crate) fn panics(module: &[u8]) -> anyhow::Result<Vec<u8>> {
    let linked = Linked::read(module)?;
    let known = linked.known()?;
    let mut pruned = module.to_vec();
    let mut dead: Vec<Range<usize>> = vec![];
    for (index, function) in linked.functions.iter().enumerate() {
        if known.traps.contains(&linked.number(index)) {
            blank_body(&mut pruned, function.body.clone());
            dead.push(function.body.clone());
            continue;
        }
        for run in function.scan(&known)?.doomed {
            if let Some(code) = pruned.get_mut(run.clone()) {
                code.fill(NOP);
                code[0] = UNREACHABLE;
            }
            dead.push(run);
        }
    }

    let live = linked.live(&known, &dead)?;
    for (index, function) in linked.functions.iter().enumerate() {
        if !live.functions.contains(&linked.number(index)) {
            blank_body(&mut pruned, function.body.clone());
        }
    }
    let mut keep = vec![false; module.len()];
    for (index, range) in linked.data.iter().enumerate() {
        if live.data.contains(&index) {
            keep[range.clone()].fill(true);
        }
    }
    for range in &linked.data {
        for at in range.clone() {
            if !keep[at] {
                pruned[at] = 0;
            }
        }
    }
    without_relocations(&pruned)
}

/// A trap and nothing else, as long as the body was.
fn blank_body(module: &mut [u8], body: Range<usize>) {
    if let Some([no_locals, code @ .., end]) = module.get_mut(body) {
        *no_locals = 0;
        code.fill(NOP);
        if let [first, ..] = code {
            *first = UNREACHABLE;
        }
        *end = END;
    }
}

/// What is known of a linked module. Ranges are of the module's bytes.
#[derive(Debug, Default)]
struct Linked<'a> {
    imports: u32,
    functions: Vec<Function<'a>>,
    names: Vec<(u32, String)>,
    roots: Vec<u32>,
    symbols: Vec<Symbol>,
    /// The bytes of data symbols.
    data: Vec<Range<usize>>,
    /// Where, and the symbol that is referred to there; by place.
    references: Vec<(usize, u32)>,
}

#[derive(Debug)]
struct Function<'a> {
    body: Range<usize>,
    code: FunctionBody<'a>,
}

#[derive(Clone, Copy, Debug)]
enum Symbol {
    Function(u32),
    /// Index into [`Linked::data`].
    Data(usize),
    /// Has no bytes in the module.
    Other,
}

impl<'a> Linked<'a> {
    fn read(module: &'a [u8]) -> anyhow::Result<Self> {
        let mut linked = Self::default();
        let mut sections: Vec<usize> = vec![];
        let mut segments: Vec<Range<usize>> = vec![];
        let mut relocations: Vec<(u32, RelocationEntry)> = vec![];
        let mut data_symbols: Vec<Option<DefinedDataSymbol>> = vec![];
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            if let Some((_, range)) = payload.as_section() {
                sections.push(range.start);
            }
            match payload {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        if let TypeRef::Func(_) | TypeRef::FuncExact(_) = import?.ty {
                            linked.imports += 1;
                        }
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            linked.roots.push(export.index);
                        }
                    }
                }
                Payload::StartSection { func, .. } => linked.roots.push(func),
                Payload::CodeSectionEntry(code) => linked.functions.push(Function {
                    body: code.range(),
                    code,
                }),
                Payload::DataSection(data) => {
                    for segment in data {
                        let segment = segment?;
                        let end = segment.range.end;
                        segments.push(end - segment.data.len()..end);
                    }
                }
                Payload::CustomSection(custom) => match custom.as_known() {
                    KnownCustom::Name(names) => {
                        for subsection in names {
                            if let Name::Function(names) = subsection? {
                                for name in names {
                                    let name = name?;
                                    linked.names.push((name.index, plain(name.name)));
                                }
                            }
                        }
                    }
                    KnownCustom::Reloc(reloc) => {
                        for entry in reloc.entries() {
                            relocations.push((reloc.section_index(), entry?));
                        }
                    }
                    KnownCustom::Linking(linking) => {
                        for subsection in linking.subsections() {
                            if let Linking::SymbolTable(symbols) = subsection? {
                                for symbol in symbols {
                                    let (symbol, data) = match symbol? {
                                        SymbolInfo::Func { index, .. } => {
                                            (Symbol::Function(index), None)
                                        }
                                        SymbolInfo::Data { symbol, .. } => {
                                            (Symbol::Data(0), symbol)
                                        }
                                        _ => (Symbol::Other, None),
                                    };
                                    linked.symbols.push(symbol);
                                    data_symbols.push(data);
                                }
                            }
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
        if relocations.is_empty() {
            bail!("the module has no relocations: link it with --emit-relocs");
        }
        // The symbols are known by now, and where the segments' bytes are.
        for (symbol, data) in linked.symbols.iter_mut().zip(&data_symbols) {
            if let Symbol::Data(index) = symbol {
                let bytes = data.and_then(|data| {
                    let segment = segments.get(data.index as usize)?;
                    let start = segment.start + data.offset as usize;
                    let end = start + data.size as usize;
                    (end <= segment.end).then_some(start..end)
                });
                match bytes {
                    Some(bytes) => {
                        *index = linked.data.len();
                        linked.data.push(bytes);
                    }
                    None => *symbol = Symbol::Other,
                }
            }
        }
        for (section, entry) in relocations {
            if entry.ty != RelocationType::TypeIndexLeb {
                let start = sections
                    .get(section as usize)
                    .context("a relocation in no section")?;
                linked
                    .references
                    .push((start + entry.offset as usize, entry.index));
            }
        }
        linked.references.sort_unstable();
        Ok(linked)
    }

    /// The function's number, imports counted, as calls have it.
    fn number(&self, index: usize) -> u32 {
        self.imports + index as u32
    }

    fn function(&self, number: u32) -> Option<&Function<'a>> {
        self.functions
            .get(number.checked_sub(self.imports)? as usize)
    }

    fn known(&self) -> anyhow::Result<Known> {
        let named = self.names.iter().filter(|(number, name)| {
            *number >= self.imports && PANICS.iter().any(|panic| name.starts_with(panic))
        });
        let mut known = Known {
            traps: named.map(|(number, _)| *number).collect(),
            loud: (0..self.imports).collect(),
        };
        if known.traps.is_empty() {
            bail!("no function of the module is named as one that panics");
        }
        // Until nothing more follows from what is known.
        loop {
            let before = known.loud.len();
            for (index, function) in self.functions.iter().enumerate() {
                let number = self.number(index);
                if known.traps.contains(&number) {
                    continue;
                }
                let scan = function.scan(&known)?;
                if scan.calls_out {
                    known.loud.insert(number);
                }
            }
            if known.loud.len() == before {
                break;
            }
        }
        loop {
            let before = known.traps.len();
            for (index, function) in self.functions.iter().enumerate() {
                let number = self.number(index);
                let settled = known.traps.contains(&number) || known.loud.contains(&number);
                if !settled && !function.scan(&known)?.returns {
                    known.traps.insert(number);
                }
            }
            if known.traps.len() == before {
                return Ok(known);
            }
        }
    }

    /// What the exports still lead to.
    fn live(&self, known: &Known, dead: &[Range<usize>]) -> anyhow::Result<Live> {
        let mut dead = dead.to_vec();
        dead.sort_unstable_by_key(|range| range.start);
        let is_dead = |at: usize| {
            let after = dead.partition_point(|range| range.start <= at);
            after > 0 && dead[after - 1].contains(&at)
        };
        let mut live = Live::default();
        let mut functions = self.roots.clone();
        let mut data: Vec<usize> = vec![];
        loop {
            let within = if let Some(number) = functions.pop() {
                if !live.functions.insert(number) {
                    continue;
                }
                let Some(function) = self.function(number) else {
                    continue;
                };
                functions.extend(function.scan(known)?.calls);
                function.body.clone()
            } else if let Some(index) = data.pop() {
                if !live.data.insert(index) {
                    continue;
                }
                self.data[index].clone()
            } else {
                return Ok(live);
            };
            let first = self
                .references
                .partition_point(|(at, _)| *at < within.start);
            for &(at, symbol) in &self.references[first..] {
                if at >= within.end {
                    break;
                }
                if !is_dead(at) {
                    match self.symbols.get(symbol as usize) {
                        Some(Symbol::Function(number)) => functions.push(*number),
                        Some(Symbol::Data(index)) => data.push(*index),
                        _ => {}
                    }
                }
            }
        }
    }
}

#[derive(Debug, Default)]
struct Live {
    functions: HashSet<u32>,
    data: HashSet<usize>,
}

/// What is known of functions by their numbers.
#[derive(Debug)]
struct Known {
    /// Those that panic whatever happens: named so, or every way through them
    /// ends there.
    traps: HashSet<u32>,
    /// Those that may call JavaScript: imports, and what calls such or anything
    /// through the table. All others only change memory.
    loud: HashSet<u32>,
}

/// What one function does.
#[derive(Debug, Default)]
struct Scan {
    /// Straight code that ends in a trap.
    doomed: Vec<Range<usize>>,
    /// Calls outside of such code.
    calls: Vec<u32>,
    /// Some way leads to its end.
    returns: bool,
    /// JavaScript may hear of it; see [`Known::loud`].
    calls_out: bool,
}

/// A block that is open.
#[derive(Debug)]
struct Block {
    is_loop: bool,
    /// An `if` without `else` so far: its end is reached past it.
    is_if: bool,
    entered: bool,
    left: bool,
}

impl Function<'_> {
    fn scan(&self, known: &Known) -> anyhow::Result<Scan> {
        let mut scan = Scan::default();
        let mut blocks = vec![Block {
            is_loop: false,
            is_if: false,
            entered: true,
            left: false,
        }];
        let mut reachable = true;
        // Where straight code began, and the calls in it.
        let mut run: Option<usize> = None;
        let mut pending: Vec<u32> = vec![];
        let mut operators = self.code.get_operators_reader()?;
        while !operators.eof() {
            let (operator, at) = operators.read_with_offset()?;
            let next = operators.original_position();
            let begin = *run.get_or_insert(at);
            let leave = |blocks: &mut Vec<Block>, depth: u32| {
                let index = blocks.len().wrapping_sub(1 + depth as usize);
                if let Some(block) = blocks.get_mut(index) {
                    block.left |= !block.is_loop;
                }
            };
            let mut goes_on = false;
            match operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                    blocks.push(Block {
                        is_loop: matches!(operator, Operator::Loop { .. }),
                        is_if: matches!(operator, Operator::If { .. }),
                        entered: reachable,
                        left: false,
                    });
                }
                Operator::Else => {
                    if let Some(block) = blocks.last_mut() {
                        block.left |= reachable;
                        block.is_if = false;
                        reachable = block.entered;
                    }
                }
                Operator::End => {
                    if let Some(block) = blocks.pop() {
                        reachable |= block.left || block.is_if && block.entered;
                    }
                }
                Operator::Br { relative_depth } => {
                    if reachable {
                        leave(&mut blocks, relative_depth);
                    }
                    reachable = false;
                }
                Operator::BrIf { relative_depth } => {
                    if reachable {
                        leave(&mut blocks, relative_depth);
                    }
                }
                Operator::BrTable { ref targets } => {
                    if reachable {
                        for target in targets.targets() {
                            leave(&mut blocks, target?);
                        }
                        leave(&mut blocks, targets.default());
                    }
                    reachable = false;
                }
                Operator::Return => {
                    if reachable && let Some(block) = blocks.first_mut() {
                        block.left = true;
                    }
                    reachable = false;
                }
                Operator::Unreachable => {
                    if begin < at {
                        scan.doomed.push(begin..next);
                        pending.clear();
                    }
                    reachable = false;
                }
                Operator::Call { function_index } if known.traps.contains(&function_index) => {
                    scan.doomed.push(begin..next);
                    pending.clear();
                    reachable = false;
                }
                Operator::Call { function_index } => {
                    pending.push(function_index);
                    let loud = known.loud.contains(&function_index);
                    scan.calls_out |= loud;
                    goes_on = !loud;
                }
                Operator::CallIndirect { .. } => scan.calls_out = true,
                Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. } => {
                    bail!("a tail call: teach xtask/src/prune.rs about it")
                }
                _ => goes_on = true,
            }
            if !goes_on {
                run = None;
                scan.calls.append(&mut pending);
            }
        }
        scan.returns = reachable;
        Ok(scan)
    }
}

/// A name without hashes: `core::panicking::panic_fmt`.
fn plain(name: &str) -> String {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    let mut plain = String::new();
    let mut hash = false;
    for char in name.chars() {
        match char {
            '[' => hash = true,
            ']' => hash = false,
            _ if !hash => plain.push(char),
            _ => {}
        }
    }
    plain
}

/// The module without the sections that describe how it was linked: they are no
/// longer true, and nobody reads them.
fn without_relocations(module: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut kept = module.get(..8).context("no module")?.to_vec();
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        let Some((id, range)) = payload.as_section() else {
            continue;
        };
        if let Payload::CustomSection(custom) = &payload
            && (custom.name() == "linking" || custom.name().starts_with("reloc."))
        {
            continue;
        }
        kept.push(id);
        let mut length = range.len();
        loop {
            let low = (length & 0x7f) as u8;
            length >>= 7;
            if length == 0 {
                kept.push(low);
                break;
            }
            kept.push(low | 0x80);
        }
        kept.extend_from_slice(&module[range]);
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_module_without_relocations_is_refused_with_the_fix() {
        let error = super::panics(b"\0asm\x01\0\0\0").expect_err("no relocations");
        assert!(error.to_string().contains("--emit-relocs"), "{error}");
    }
}
