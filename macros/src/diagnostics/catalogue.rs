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
    AsyncFn { attribute } =>
        "`#[{attribute}]` cannot wrap an `async fn`: the phase would stay open (and hold its memory) \
         while the task is suspended. Open the phase inside the synchronous part, or run it with \
         `spawn_blocking`",
    /// `#[zk_phase] const fn f() {}`
    ConstFn { attribute } =>
        "`#[{attribute}]` cannot wrap a `const fn`: opening a phase is a run-time action. Remove \
         `const`, or put the attribute on the caller",
    /// `trait T { #[zk_phase] fn f(); }`
    NoBody { attribute } =>
        "`#[{attribute}]` needs a body: put it on the impl's method, or on the caller of a foreign \
         function",
    /// `#[zk_phase] unsafe extern "C" fn f(args: ...) {}`
    Variadic { attribute } =>
        "`#[{attribute}]` cannot wrap a C-variadic function: put it on a function with a fixed list \
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
         lies in no other; a name goes first, and a plan in front of the `=>`: \
         `scope!(\"fold\", tmp in phase, plan = Columns::plan(rows) => {{ .. }})`",
    /// `scope!(tmp in phase, reserve = 1 => { .. })`
    PartInScope { key } =>
        "`scope!` takes a whole plan: write `plan = Plan::new().{key}(..)`",

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
    /// `#[zk_phase(plan = p, reserve = 1)]`
    PartBesidePlan { key } =>
        "`plan` is all that the phase is opened with, `{key}` included: keep one of them, or write \
         `.{key}(..)` after the plan",
    /// `#[zk_phase(reserve(4096))]`
    NotAReservation =>
        "expected a vector and the number of its elements: write `reserve(refunds = n, events <= n / 3)`, \
         with `events: Event <= n / 3` where the type of the elements is to be said; a number of bytes \
         is `reserve = \"512MiB\"`",
    /// `#[zk_phase(reserve(a = 1, a = 2))]`
    DuplicateReservation { name } =>
        "`{name}` is reserved twice: each name is a variable of its own",
    /// `#[zk_phase(reserve(n = n))] fn f(n: usize) {}`
    HiddenByReservation { what, name } =>
        "{what} `{name}` would be hidden by the vector that is reserved under its name: choose another one",
    /// `#[zk_phase(plan = p, reserve(a = 1))]`
    CountsBesidePlan =>
        "`plan` is all that the phase is opened with: write `budget = ..` in its place, or have the plan \
         made from the counts, as `derive(ArenaAlloc)` does of `#[arena(reserve = n)]` on a field",
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

    // `#[zk_phase(trace(..))]`.

    /// `#[zk_phase(trace())]`
    NotATrace =>
        "`trace` takes a name and the type of the records, then how they are kept and what sums them up: \
         write `trace(storage: LogQuery, mode = cfg.trace_mode, fold = StorageDedup)`",
    /// `#[zk_phase(trace(storage: LogQuery, fold = F))]`
    TraceWithoutMode { name } =>
        "trace `{name}` is kept or skipped: write `mode = record`, `mode = skip`, or a `TraceMode` that the \
         arguments tell, `mode = cfg.trace_mode`",
    /// `#[zk_phase(trace(storage: LogQuery, mode = skip))]`
    TraceWithoutFold { name } =>
        "trace `{name}` has a summary in both modes, which its fold makes: write `fold = StorageDedup`",
    /// `#[zk_phase(trace(storage: LogQuery, ..))] fn f(storage: u32) {}`
    ParameterHiddenByTrace { name } =>
        "parameter `{name}` would be hidden by the trace: choose another name for the trace",
    /// `#[zk_phase(trace(phase: LogQuery, ..))]`
    TraceNameTaken { name } =>
        "`{name}` is the phase already, a reserved vector, or another trace: choose another name",

    // `#[arena(..)]`: what it is on.

    /// `#[derive(ArenaAlloc)] union U { .. }`
    Union =>
        "a union cannot move between phases: nobody knows which of its fields is alive. Use an \
         enum, or a struct",
    /// `#[derive(ArenaAlloc)] #[repr(packed)] struct S { .. }`
    Packed =>
        "a packed type cannot move between phases: its fields cannot be borrowed. Remove `packed`",
    /// `#[derive(ArenaAlloc)] struct S<'a, 'b> { .. }`
    TwoLifetimes { first } =>
        "which of these lifetimes is the phase's? Call it `'ph`, or write \
         `#[arena(lifetime = {first})]`",
    /// `#[arena(lifetime = 'x)] struct S<'a> { .. }`
    UnknownLifetime { lifetime } =>
        "`{lifetime}` is not a lifetime of this type",
    /// `enum E { #[arena(skip)] A }`
    OnVariant =>
        "`#[arena(..)]` goes on a field or on the whole type, not on a variant",
    /// `#[arena] a: u32`
    NoArenaOptions =>
        "`#[arena]` says nothing without its options: write for example `#[arena(skip)]`",

    // Its options.

    /// `#[arena(lifetime = ph)]`
    NotALifetime =>
        "`lifetime` takes one of the type's lifetimes: write `lifetime = 'ph`",
    /// `#[arena(bound = 1)]`
    BadBound =>
        "`bound` takes bounds as they stand in a `where` clause: write \
         `bound(F: Clone + 'static)`",
    /// `#[arena(new(1))]`
    BadArguments =>
        "`new` takes the arguments of `new_in`: write `new(rows: usize)`; the type may be left out \
         if it is `usize`",
    /// `#[arena(new())] enum E { .. }`
    NewOfAnEnum =>
        "`new` goes on a struct: a variant is built as it is written",
    /// `#[arena(new())] struct S { .. }`
    NewWithoutLifetime =>
        "`new` builds the value in a phase, and this type has no lifetime to say in which",
    /// `#[arena(poly, witness)]`
    TwoKinds =>
        "a field has exactly one kind",
    /// `#[arena(skip, default)]`
    SkipAndDefault =>
        "a field is either moved as it is (`skip`) or made anew (`default`)",
    /// `#[arena(skip, poly)]`
    KeyOutsideOfArenas { key, word } =>
        "`{key}` is for data in an arena, and a `#[arena({word})]` field has none",
    /// `#[arena(skip)] a: &'ph [u32]`
    SkipMentionsPhase { lifetime } =>
        "a `#[arena(skip)]` field is moved as it is, so it must not mention the phase lifetime \
         `{lifetime}`",
    /// `struct S<'ph, T: ArenaAlloc> { #[arena(skip)] a: T }`
    SkipMentionsArenaType { param } =>
        "a `#[arena(skip)]` field is moved as it is, so it must not mention `{param}`, which is \
         another type in another phase",
    /// `struct S { #[arena(len = 1)] a: u32 }`
    WithoutNew { key } =>
        "`{key}` is for the constructor: add `#[arena(new(..))]` to the struct",
    /// `#[arena(align = 3)]`
    BadAlign =>
        "`align` takes a power of two up to 4096: write `align = 64`",
    /// `#[arena(align = 64)]`
    AlignWithoutBlock =>
        "`align` is that of the block that `len` or `reserve` asks for: add one of them",
    /// `#[arena(reserve = 1, init = 2)]`
    InitWithoutLen =>
        "`init` fills the elements of `len`, and `reserve` makes room for none: add `len`",

    // `#[witness]`.

    /// `#[witness] type T = u8;`
    NotAWitness =>
        "`#[witness]` goes on a function, whose memory is wiped, or on a struct or an enum, whose \
         fields are secrets",
    /// `#[witness] impl S { .. }`
    HoldsWitnesses { keyword } =>
        "`#[witness]` goes on a function, or on a struct or an enum: put it on each of them in this \
         `{keyword}` that has to do with a witness",
    /// `#[witness] #[witness] struct S;`
    DuplicateWitness =>
        "duplicate `#[witness]`: keep one",
    /// `#[witness] #[lowmem] struct S;`
    WitnessOnDisk =>
        "`#[lowmem]` and `#[witness]` exclude each other: a secret must not be written to a file as it \
         is; on a function, write `#[lowmem(encrypt)]`, which does not",
    /// `#[witness] #[derive(Clone)] struct S;`
    WitnessCopied { name } =>
        "a witness is not copied: remove `{name}`. Its secrets are read by `expose`, and released \
         by `declassify`",
    /// `#[witness] #[derive(Debug)] struct S;`
    WitnessDebug =>
        "`#[witness]` itself makes the `Debug` of this type, which prints no field: remove `Debug`",
    /// `#[witness] #[repr(packed)] struct S;`
    PackedWitness =>
        "a packed type cannot hold secrets: its fields are moved away to be dropped, and what they \
         leave behind is not wiped. Remove `packed`",
    /// `#[witness] struct S { #[witness] a: A }`
    WitnessInside =>
        "the whole type is a witness: remove this `#[witness]`; the arena of a field is chosen by \
         `#[arena(witness)]`",
    /// `#[witness] enum E { #[public] A }`
    PublicVariant =>
        "`#[public]` goes on a field, not on a variant: which variant it is stays a secret",
    /// `#[public] #[public] a: A`
    DuplicatePublic =>
        "duplicate `#[public]`: keep one",
    /// `#[public(read)] a: A`
    PublicWithOptions =>
        "`#[public]` takes no options",
    /// `#[public] a: Secret<A>`
    PublicSecret =>
        "this field is secret by its type: remove `#[public]`, or `Secret` from the type",

    // Its parameters and variables.

    /// `#[zk_phase] fn f(#[witness] x: u8) {}`
    SecretOutside =>
        "a `#[witness]` parameter or variable is for functions whose memory is wiped: put \
         `#[witness]` on the function, too",
    /// `#[witness] fn f(#[witness] (a, b): (u8, u8)) {}`
    SecretPattern =>
        "`#[witness]` makes one secret of the whole value: bind it to a name, and take it apart \
         after `expose` or `declassify`",
    /// `#[witness] fn f(#[witness] self) {}`
    SecretSelf =>
        "`self` keeps its type: put `#[witness]` on the type, whose fields are then secrets, or take \
         the secret as an argument of its own",
    /// `#[witness] let x;`
    SecretWithoutValue { name } =>
        "a secret has its value from the start: write `#[witness] let {name} = ..;`",
    /// `#[witness] let x = y else { return };`
    SecretElse =>
        "this `let` binds a name, which always succeeds: remove the `else`",
    /// `#[witness] fn f(#[witness(a)] x: u8) {}`
    SecretWithOptions =>
        "`#[witness]` takes no options on a parameter or a variable",

    // `#[lowmem]`.

    /// `#[lowmem] type T = u8;`
    NotLowmem =>
        "`#[lowmem]` goes on a function, whose large blocks go to a file",
    /// `#[lowmem] struct S;`
    LowmemType =>
        "`#[lowmem]` goes on a function; what of a type lies in a file is marked field by field: \
         `#[arena(lowmem)]` on a `Stored` or a `FilePoly`, next to `derive(ArenaAlloc)`",
    /// `#[lowmem] impl S { .. }`
    HoldsLowmem { keyword } =>
        "`#[lowmem]` goes on a function: put it on each function of this `{keyword}` whose large blocks \
         should go to a file",
    /// `#[lowmem] #[lowmem] fn f() {}`
    DuplicateLowmem =>
        "duplicate `#[lowmem]`: keep one",
    /// `#[lowmem(prefer = disk)]`
    BadPreference =>
        "`prefer` takes `budget`, the memory that `ZKARENA_RAM` allows, or `file`: write `prefer = file`",
    /// `#[lowmem(require, encrypt)]`
    RequiredAndEncrypted =>
        "`require` and `encrypt` exclude each other: what libraries allocate would have to lie in mapped \
         pages, which cannot be encrypted. Keep one of them",

    // `#[derive(KeyedState)]`.

    /// `#[derive(KeyedState)] enum E { .. }`
    NotAState =>
        "`derive(KeyedState)` goes on a struct with named fields: each field is a fact about a key",
    /// `#[derive(KeyedState)] struct S<T> { .. }`
    StateWithParameters =>
        "a keyed state has no parameters: its entries are copied, and outlive no phase. Name the types",
    /// `#[derive(KeyedState)] struct S { .. }`
    NoKey =>
        "what are the entries found by? Write `#[state(key = SlotKey)]` on the struct",
    /// `#[state] read: bool`
    NoStateOptions =>
        "`#[state]` says nothing without its options: write for example `#[state(rollback = never)]`",
    /// `#[state(key = 1)]`
    KeyNotAType =>
        "`key` takes the type of the keys: write `key = SlotKey`",
    /// `#[state(domains(1))]`
    BadDomains =>
        "`domains` takes names, each inside the next: write `domains(frame < run)`",
    /// `#[state(domains(never))]`
    NeverIsBuiltIn =>
        "`never` is built in: remove it from `domains`",
    /// `#[state(domains(run < run))]`
    DuplicateDomain { domain } =>
        "duplicate domain `{domain}`: keep one",
    /// `#[state(flag)] read: bool`
    NoDomain { field } =>
        "which checkpoints take `{field}` back? Write `#[state(rollback = ..)]` with one of the \
         `domains`, or with `never`",
    /// `#[state(rollback = 1)]`
    RollbackNotADomain =>
        "`rollback` takes one of the `domains`, or `never`: write `rollback = never`",
    /// `#[state(rollback = rum)]`
    UnknownDomain { found, known } =>
        "`{found}` is no domain of this state: there are {known}and `never`, which is built in",
    /// `#[state(flag, init)]`
    FlagAndInit =>
        "a field is either a `flag`, which is not set at first, or has its `init` from `entry`",
    /// `#[state(flag)] read: u8`
    FlagNotBool =>
        "a `flag` is a `bool`, kept as one bit",
    /// `#[state(init, rollback = frame)]`
    InitIsForGood =>
        "an `init` field is filled once and never changes: write `rollback = never`",
    /// Two fields with `#[state(init)]`
    SecondInit =>
        "`entry` takes one closure: make both `init` fields one, of a struct or a tuple",
    /// 65 flags
    TooManyBits =>
        "an entry has at most 64 flags and `Option` fields",

    // `derive(Plain)`.

    /// `#[derive(Plain)] enum E { A, B }`
    PlainEnum =>
        "not all bytes of an `enum` are one of its variants: keep a number in its place, in a struct",
    /// `#[derive(Plain)] union U { a: u8 }`
    PlainUnion =>
        "which bytes of a `union` have a value is not known: use a struct",
    /// `#[derive(Plain)] struct S<T>(T);`
    PlainWithParameters =>
        "`derive(Plain)` takes no parameters: whether there is padding is known for whole types only; write \
         a struct for each type that you need",
    /// `#[derive(Plain)] struct S(u8);`
    PlainWithoutRepr =>
        "without `#[repr(C)]` or `#[repr(transparent)]` the compiler puts fields where it likes: add one of \
         them",
}
