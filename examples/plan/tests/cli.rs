//! The program as its callers see it: exit codes, one-line errors, and settings that their programs can read.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;
use yaml_rust2::{Yaml, YamlLoader};
use zkarena::ops::{Peaks, Profile};

const PLAN: &str = env!("CARGO_BIN_EXE_plan");
const MIB: u64 = 1 << 20;

/// A profile of three sizes, in a folder of its own.
struct Measured {
    _folder: TempDir,
    file: PathBuf,
}

fn measured() -> Measured {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("profile.json");
    let mut profile = Profile::new();
    for (circuit, log_rows, mebibytes) in [
        ("keccak", 13, 176),
        ("keccak", 15, 690),
        ("blake3", 13, 600),
    ] {
        let peaks = Peaks {
            runs: 3,
            threads: 2,
            base_bytes: 5 * MIB,
            kept_bytes: 3 * MIB,
            proof_bytes: mebibytes * MIB,
            high_water_bytes: (mebibytes - 5) * MIB,
            seconds: 2.5,
            low_memory_seconds: 4.0,
            floor_bytes: Some(mebibytes * MIB / 8),
            disk_bytes: Some(1000 * MIB),
        };
        profile.record(circuit, log_rows, &peaks);
    }
    profile.merge_into(&file).expect("a file");
    Measured {
        _folder: folder,
        file,
    }
}

fn plan(measured: &Measured, arguments: &[&str]) -> Output {
    let mut command = Command::new(PLAN);
    command.arg("--profile").arg(&measured.file).args(arguments);
    command.output().expect("the program to start")
}

fn printed(measured: &Measured, arguments: &[&str]) -> String {
    let output = plan(measured, arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn yaml(text: &str) -> Yaml {
    let mut documents = YamlLoader::load_from_str(text).expect("YAML");
    assert_eq!(documents.len(), 1);
    documents.remove(0)
}

#[test]
fn bad_input_is_refused_in_one_line() {
    let measured = measured();
    let broken = measured.file.with_extension("broken");
    std::fs::write(&broken, "{").expect("a file");
    let broken = broken.to_str().expect("plain text");
    let cases: [(&[&str], &str); 6] = [
        (&["--limit", "much"], "one of B, KiB"),
        (&["--limit", "9MiB"], "leaves nothing for proofs"),
        (
            &["--limit", "16GiB", "--circuit", "sha1"],
            "no runs of sha1",
        ),
        (
            &["--limit", "16GiB", "--format", "json", "--json"],
            "--help",
        ),
        (&[], "--limit <SIZE>"),
        (
            &["--limit", "16GiB", "--headroom", "17GiB"],
            "leaves nothing",
        ),
    ];
    for (arguments, hint) in cases {
        assert_refused(&plan(&measured, arguments), hint);
    }
    for (file, hint) in [
        (broken, "is no profile"),
        ("/nowhere/at/all", "No such file"),
    ] {
        let mut command = Command::new(PLAN);
        command.args(["--limit", "16GiB", "--profile", file]);
        assert_refused(&command.output().expect("the program to start"), hint);
    }
}

/// Exit code 2, nothing on stdout, one line on stderr that says what is wrong and what to do.
fn assert_refused(output: &Output, hint: &str) {
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{message}");
    assert!(output.stdout.is_empty());
    assert!(
        message.starts_with("plan: ") && message.contains("; "),
        "{message}"
    );
    assert!(message.contains(hint), "{message}");
    assert_eq!(message.lines().count(), 1, "{message}");
}

#[test]
fn json_has_workers_weights_and_modes() {
    let text = printed(&measured(), &["--limit", "2GiB", "--json"]);
    assert_eq!(text.lines().count(), 1);
    let plan: Value = serde_json::from_str(&text).expect("one JSON object");
    let capacity = plan["capacity_bytes"].as_u64().expect("a number");
    for circuit in plan["circuits"].as_array().expect("a list") {
        let figure = |name: &str| circuit[name].as_u64().expect("a number");
        assert_eq!(circuit["mode"], "in_memory");
        assert_eq!(figure("workers"), capacity / figure("weight_bytes"));
        assert!(figure("expected_peak_bytes") <= plan["usable_bytes"].as_u64().expect("a number"));
    }
    assert_eq!(plan["container"]["memory_mebibytes"], 2048);
}

#[test]
fn what_does_not_fit_is_planned_through_a_file() {
    let text = printed(&measured(), &["--limit", "512MiB", "--json"]);
    let plan: Value = serde_json::from_str(&text).expect("one JSON object");
    let modes = |name: &str| {
        let circuits = plan["circuits"].as_array().expect("a list").iter();
        let named = circuits.filter(|circuit| circuit["circuit"] == name);
        named
            .map(|circuit| circuit["mode"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(modes("keccak"), ["in_memory", "low_memory"]);
    assert_eq!(modes("blake3"), ["low_memory"]);
    let table = printed(&measured(), &["--limit", "512MiB"]);
    assert!(table.contains("low memory: 435 MiB"), "{table}");
    assert!(
        table.contains("keccak: in memory up to 2^14 rows, in low-memory mode up to 2^17"),
        "{table}"
    );
}

#[test]
fn processes_of_their_own_take_more() {
    let measured = measured();
    let weights = |arguments: &[&str]| {
        let text = printed(&measured, arguments);
        let plan: Value = serde_json::from_str(&text).expect("one JSON object");
        let circuits = plan["circuits"].as_array().expect("a list").iter();
        let weights = circuits.filter_map(|circuit| circuit["weight_bytes"].as_u64());
        weights.collect::<Vec<_>>()
    };
    let shared = weights(&["--limit", "2GiB", "--json"]);
    let own = weights(&["--limit", "2GiB", "--json", "--isolate"]);
    assert_eq!(shared.len(), 3);
    // 5 MiB before the first proof, and 3 that proofs keep.
    assert!(
        shared
            .iter()
            .zip(&own)
            .all(|(shared, own)| shared + 8 * MIB == *own)
    );
    let table = printed(&measured, &["--limit", "2GiB", "--isolate"]);
    assert!(table.contains("8 MiB  of each weight"), "{table}");
}

#[test]
fn one_circuit_can_be_chosen() {
    let text = printed(&measured(), &["--limit", "2GiB", "--circuit", "blake3"]);
    assert!(
        text.contains("blake3 2^13") && !text.contains("keccak"),
        "{text}"
    );
}

#[test]
fn docker_has_no_swap_and_a_volume() {
    let text = printed(&measured(), &["--limit", "16GiB", "--format", "docker"]);
    let words: Vec<_> = text
        .split_whitespace()
        .filter(|&word| word != "\\")
        .collect();
    assert_eq!(words[..2], ["docker", "run"]);
    let value = |name: &str| {
        let at = words.iter().position(|&word| word == name);
        words[at.expect(name) + 1]
    };
    assert_eq!(
        (value("--memory"), value("--memory-swap")),
        ("16384m", "16384m")
    );
    assert_eq!(
        value("--mount"),
        "type=volume,src=zkarena-store,dst=/var/lib/zkarena"
    );
    assert_eq!(value("--env"), "ZKARENA_STORE_DIR=/var/lib/zkarena");
    assert_eq!(words.last(), Some(&"zkarena-service"));
}

#[test]
fn compose_can_be_read() {
    let file = yaml(&printed(
        &measured(),
        &["--limit", "16GiB", "--format", "compose"],
    ));
    let prover = &file["services"]["prover"];
    assert_eq!(prover["mem_limit"].as_str(), Some("16384m"));
    assert_eq!(prover["memswap_limit"].as_str(), Some("16384m"));
    assert_eq!(prover["ulimits"]["memlock"].as_i64(), Some(16 << 30));
    assert_eq!(
        prover["volumes"][0].as_str(),
        Some("store:/var/lib/zkarena")
    );
    assert!(file["volumes"]["store"].as_hash().is_some());
}

/// A file of `examples/service/deploy`, in its documents.
fn deployed(name: &str) -> Vec<Yaml> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../service/deploy");
    let text = std::fs::read_to_string(format!("{folder}/{name}")).expect("a file");
    YamlLoader::load_from_str(&text).expect("YAML")
}

/// `60s` in seconds.
fn seconds(text: &Yaml) -> i64 {
    let seconds = text.as_str().and_then(|text| text.strip_suffix('s'));
    seconds.expect("seconds").parse().expect("a number")
}

#[test]
fn the_compose_file_of_the_service_has_what_is_printed() {
    let arguments = "--limit 1GiB --store /store --format compose";
    let arguments: Vec<_> = arguments.split(' ').collect();
    let printed = yaml(&printed(&measured(), &arguments));
    let files = deployed("compose.yaml");
    let [ours, theirs] = [&files[0], &printed].map(|file| &file["services"]["prover"]);
    for field in ["image", "mem_limit", "memswap_limit", "ulimits"] {
        assert!(!theirs[field].is_badvalue());
        assert_eq!(ours[field], theirs[field], "{field}");
    }
    assert_eq!(ours["volumes"], theirs["volumes"]);
    assert_eq!(files[0]["volumes"], printed["volumes"]);
    let stop = seconds(&ours["stop_grace_period"]);
    assert!(stop >= seconds(&theirs["stop_grace_period"]));
    assert!(drain(&ours["command"]) < stop);
}

#[test]
fn the_manifests_of_the_service_have_what_is_printed() {
    let arguments = "--limit 1GiB --store /store --format kubernetes";
    let arguments: Vec<_> = arguments.split(' ').collect();
    let printed = yaml(&printed(&measured(), &arguments));
    let files = deployed("kubernetes.yaml");
    let [ours, theirs] = [&files[0], &printed].map(|file| &file["spec"]["template"]["spec"]);
    let [container, other] = [ours, theirs].map(|pod| &pod["containers"][0]);
    for field in ["name", "image", "volumeMounts"] {
        assert!(!other[field].is_badvalue());
        assert_eq!(container[field], other[field], "{field}");
    }
    for which in ["requests", "limits"] {
        let memory = |of: &Yaml| of["resources"][which]["memory"].clone();
        assert_eq!(memory(container), memory(other), "{which}");
    }
    assert_eq!(ours["volumes"][0]["name"], theirs["volumes"][0]["name"]);
    assert!(ours["volumes"][0]["emptyDir"]["medium"].is_badvalue());
    let number = |value: &Yaml| value.as_i64().expect("a number");
    let stop = number(&ours["terminationGracePeriodSeconds"]);
    assert!(stop >= number(&theirs["terminationGracePeriodSeconds"]));
    let before = number(&container["lifecycle"]["preStop"]["sleep"]["seconds"]);
    assert!(before + drain(&container["args"]) < stop);
}

/// How long the service may take to finish what it accepted.
fn drain(arguments: &Yaml) -> i64 {
    let arguments = arguments.as_vec().expect("a list").iter();
    let mut words = arguments.map(|word| word.as_str().expect("a word"));
    assert!(words.any(|word| word == "--drain"));
    words.next().expect("seconds").parse().expect("a number")
}

#[test]
fn kubernetes_can_read_it_and_ends_no_proof() {
    let measured = measured();
    let arguments = [
        "--limit",
        "16GiB",
        "--format",
        "kubernetes",
        "--image",
        "registry:5000/prover:1",
    ];
    let file = yaml(&printed(&measured, &arguments));
    let pod = &file["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    let memory = |which: &str| container["resources"][which]["memory"].as_str();
    assert_eq!(memory("requests"), Some("16384Mi"));
    assert_eq!(memory("limits"), Some("16384Mi"));
    assert_eq!(container["image"].as_str(), Some("registry:5000/prover:1"));
    assert_eq!(
        container["volumeMounts"][0]["name"],
        pod["volumes"][0]["name"]
    );
    let store = &pod["volumes"][0]["emptyDir"];
    assert_eq!(store["sizeLimit"].as_str(), Some("1100Mi"));
    assert!(
        store["medium"].is_badvalue(),
        "in memory it counts against the limit"
    );
    let plan: Value =
        serde_json::from_str(&printed(&measured, &["--limit", "16GiB", "--json"])).expect("JSON");
    let at_once = plan["circuits"].as_array().expect("a list").iter();
    let at_once = at_once.filter_map(|circuit| circuit["workers"].as_f64());
    let seconds = at_once.fold(0.0, f64::max) * 2.5;
    let stop = pod["terminationGracePeriodSeconds"]
        .as_i64()
        .and_then(|stop| u32::try_from(stop).ok());
    assert!(stop.map(f64::from) > Some(seconds), "{stop:?} {seconds}");
}
