// Every message of the attributes, in one table: `Name { values } => "text"`.
//
// `catalogue!` of `diagnostics/mod.rs` makes it an enum. `ui-tests` includes this file with
// a macro of its own, and demands a fixture for every text.

catalogue! {
    // What the attribute is on.

    /// `#[zk_phase] struct S;`
    NotAFunction =>
        "`#[zk_phase]` goes on a function; for a block use `zkarena::scope!(tmp in phase => {{ .. }})`",
    /// `#[zk_phase] impl S { .. }`
    HoldsFunctions { keyword } =>
        "`#[zk_phase]` goes on a function: put it on each function of this `{keyword}` that should \
         open a phase",
    /// `#[zk_phase] async fn f() {}`
    AsyncFn =>
        "`#[zk_phase]` cannot wrap an `async fn`: the phase would stay open (and hold its memory) \
         while the task is suspended. Open the phase inside the synchronous part, or run it with \
         `spawn_blocking`",
    /// `#[zk_phase] const fn f() {}`
    ConstFn =>
        "`#[zk_phase]` cannot wrap a `const fn`: opening a phase is a run-time action. Remove \
         `const`, or put the attribute on the caller",
    /// `trait T { #[zk_phase] fn f(); }`
    NoBody =>
        "`#[zk_phase]` needs a body: put it on the impl's method, or on the caller of a foreign \
         function",
    /// `#[zk_phase] unsafe extern "C" fn f(args: ...) {}`
    Variadic =>
        "`#[zk_phase]` cannot wrap a C-variadic function: put it on a function with a fixed list \
         of arguments that this one calls",
    /// `#[zk_phase] #[zk_phase] fn f() {}`
    DuplicateAttribute =>
        "duplicate `#[zk_phase]`: a call opens one phase, keep one attribute",

    /// `#[zk_phase] fn f(phase: u32) {}`
    HiddenParameter { name } =>
        "parameter `{name}` would be hidden by the phase; write `#[zk_phase(other_name)]`",
    /// `#[zk_phase] fn f<'ph>() -> PVec<'ph, u8> { .. }`
    ReturnsOwnPhase { lifetime } =>
        "the return type names `{lifetime}`, but the phase of this function ends when it returns\n\
         help: return an owned value (`.detach()`), or take the caller's phase: \
         `out: Phase<{lifetime}>` and allocate the result there",

    /// `scope!(tmp, phase => { .. })`
    NotAScope =>
        "expected `scope!(tmp in phase => {{ .. }})`, or `scope!(tmp => {{ .. }})` for a phase that \
         lies in no other; a name goes first: `scope!(\"fold\", tmp in phase => {{ .. }})`",

    // Options.

    /// `#[zk_phase(foo = 1)]`
    UnknownOption { found, expected } =>
        "unknown option `{found}`, expected one of {expected}",
    /// `#[zk_phase("commit")]`
    NotAnOption { expected, example } =>
        "expected an option, one of {expected}: write for example `{example}`",
    /// `#[zk_phase(name = "a", name = "b")]`
    DuplicateOption { option } =>
        "duplicate option `{option}`: keep one",
    /// `#[zk_phase(name)]`
    MissingValue { option, example } =>
        "option `{option}` needs a value: write `{example}`",
    /// `#[zk_phase(name("x"))]`
    ValueInParentheses { option, example } =>
        "the value of `{option}` goes after a `=`: write `{example}`",
    /// `#[zk_phase(name = "x" y)]`
    AfterValue { before } =>
        "expected `,` or `)` after {before}",
    /// `#[zk_phase(tmp, out)]`
    TwoHandles { first } =>
        "the phase is already called `{first}`: keep one name",
    /// `#[zk_phase(tmp in)]`
    MissingParent { handle } =>
        "`{handle} in` needs the phase around it: write `{handle} in out`",
    /// `#[zk_phase(reserve = struct)]`
    ValueNotAnExpression { option } =>
        "the value of `{option}` is an expression",
    /// `#[zk_phase(reserve = "12 parsecs")]`
    BadSize =>
        "this is not a size: write a number of bytes with or without a unit, such as `\"512MiB\"`; \
         the units are KiB, MiB, GiB and TiB",
    /// `#[zk_phase(name = 1)]`
    NameNotAString { example } =>
        "the name of a phase is a string literal: write `{example}`",
    /// `#[zk_phase(name = "")]`
    NameEmpty { example, default } =>
        "the name of a phase cannot be empty: write `{example}`, or leave it out to use {default} \
         name",
    /// `#[zk_phase(crate = "x")]`
    CrateNotAPath =>
        "`crate` takes the path of the zkarena crate: write `crate = ::renamed`",
}
