//! What `deploy` says of the service is so: ports, paths, arguments.
#![forbid(unsafe_code)]

mod common;

use common::service;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use yaml_rust2::{Yaml, YamlLoader};
use zkarena_service::Running;

fn file(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy");
    fs::read_to_string(format!("{folder}/{name}")).expect("a file")
}

fn yaml(name: &str) -> Vec<Yaml> {
    YamlLoader::load_from_str(&file(name)).expect("YAML")
}

/// The rest of the line of the Dockerfile that begins so.
fn instruction(name: &str) -> String {
    let text = file("Dockerfile");
    let mut rests = text.lines().filter_map(|line| line.strip_prefix(name));
    rests.next_back().expect("a line").trim().to_owned()
}

/// Both ports, where nothing else is said: for proofs, and for probes.
fn ports() -> [i64; 2] {
    let mut command = Command::new(env!("CARGO_BIN_EXE_service"));
    let help = command.arg("--help").output().expect("a process").stdout;
    let help = String::from_utf8(help).expect("UTF-8");
    let (_, after) = help.split_once("--port <PORT>").expect("an argument");
    let (_, value) = after.split_once("[default: ").expect("its default");
    let (value, _) = value.split_once(']').expect("its end");
    let port = value.parse().expect("a number");
    [port, port + 1]
}

/// The status of a page of the port for probes.
fn probe(service: &Running, path: &str) -> String {
    let address = service.health().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).expect("a connection");
    write!(stream, "GET {path} HTTP/1.1\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer.split(' ').nth(1).expect("a status").to_owned()
}

#[test]
fn ports_are_those_of_the_service() {
    let ports = ports();
    let exposed = ports.map(|port| port.to_string()).join(" ");
    assert_eq!(instruction("EXPOSE "), exposed);
    let [proofs, health] = ports;
    let compose = &yaml("compose.yaml")[0]["services"]["prover"];
    assert_eq!(
        compose["ports"][0].as_str(),
        Some(&*format!("{proofs}:{proofs}"))
    );
    let [deployment, service] = &yaml("kubernetes.yaml")[..] else {
        panic!("a deployment and a service");
    };
    let pod = &deployment["spec"]["template"];
    let container = &pod["spec"]["containers"][0];
    let told = |port: &Yaml| {
        (
            port["name"].as_str().map(str::to_owned),
            port["containerPort"].as_i64(),
        )
    };
    let listed = container["ports"].as_vec().expect("a list").iter();
    let names = ["proofs", "health"].map(|name| Some(name.to_owned()));
    let expected = names.into_iter().zip([Some(proofs), Some(health)]);
    assert!(listed.map(told).eq(expected));
    let scraped = &pod["metadata"]["annotations"]["prometheus.io/port"];
    assert_eq!(scraped.as_str(), Some(&*proofs.to_string()));
    assert_eq!(
        service["spec"]["ports"][0]["targetPort"].as_str(),
        Some("proofs")
    );
    let labels = &pod["metadata"]["labels"];
    assert_eq!(&service["spec"]["selector"], labels);
    assert_eq!(&deployment["spec"]["selector"]["matchLabels"], labels);
}

#[test]
fn probes_and_scrapes_are_answered() {
    let deployment = &yaml("kubernetes.yaml")[0]["spec"]["template"];
    let service = service("--memory 1GiB");
    let container = &deployment["spec"]["containers"][0];
    for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
        let get = &container[name]["httpGet"];
        assert_eq!(get["port"].as_str(), Some("health"), "{name}");
        let path = get["path"].as_str().expect("a path");
        assert_eq!(probe(&service, path), "200", "{name}");
    }
    let path = &deployment["metadata"]["annotations"]["prometheus.io/path"];
    let page = service.get(path.as_str().expect("a path"));
    assert_eq!(page.expect("an answer").status, 200);
}

#[test]
fn arguments_are_understood() {
    let entry: Vec<String> = serde_json::from_str(&instruction("ENTRYPOINT ")).expect("a list");
    let store = instruction("VOLUME ");
    assert_eq!(entry[0], "service");
    assert!(entry.ends_with(&["--store".to_owned(), store.clone()]));
    let words = |list: &Yaml| {
        let words = list.as_vec().expect("a list").iter();
        let words = words.map(|word| word.as_str().expect("a word").to_owned());
        words.collect::<Vec<_>>()
    };
    let compose = yaml("compose.yaml")[0]["services"]["prover"].clone();
    let container = yaml("kubernetes.yaml")[0]["spec"]["template"]["spec"]["containers"][0].clone();
    let mounted = container["volumeMounts"][0]["mountPath"].as_str();
    assert_eq!(mounted, Some(&*store));
    assert_eq!(
        compose["volumes"][0].as_str(),
        Some(&*format!("store:{store}"))
    );
    for more in [&compose["command"], &container["args"]] {
        // The store of an image is not on this machine.
        let arguments = entry[1..entry.len() - 2].iter().cloned().chain(words(more));
        let arguments: Vec<_> = arguments.collect();
        let service = service(&arguments.join(" "));
        assert_eq!(service.get("/readyz").expect("an answer").status, 200);
    }
}
