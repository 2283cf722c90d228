//! Lines of a batch: numbers and written fragments give the same bytes as requests and serde do.
#![allow(clippy::unwrap_used)]

use dynamo_plan::Planner;
use dynamo_plan::batch::{Batch, Field, Fields, answer_stream, answer_stream_on};
use dynamo_plan::matrix::{Fact, Matrix};
use dynamo_plan::request::{Query, Request, RequestError};
use serde_json::json;

use crate::oracle::{
    Case, FACTS, Rng, ask_for, bundled, forty, planner_of, random_matrices, random_request,
    random_rules,
};

/// The fields that answers are asked for.
fn field_sets() -> Vec<Fields> {
    use Field::{Complete, Conflicts, Plans, Request, Run, Satisfiable, Total};
    let sets: [&[Field]; 8] = [
        &[Satisfiable, Total, Plans],
        &[Satisfiable, Total],
        &[Complete],
        &[Complete, Total, Plans],
        &[Plans],
        &[Satisfiable, Request],
        &[Run],
        &[Total, Conflicts],
    ];
    sets.into_iter().map(|fields| fields.iter().copied().collect()).collect()
}

fn facts() -> Vec<Fact> {
    let fact = |id: &&str| Fact {
        id: (*id).to_owned(),
        name: (*id).to_owned(),
        aliases: Vec::new(),
        summary: String::new(),
        feature: None,
    };
    FACTS.iter().map(fact).collect()
}

/// Two batches that answer alike, by either way.
struct Pair {
    fast: Batch<'static>,
    by_serde: Batch<'static>,
    understood: usize,
}

impl Pair {
    fn new(planner: &Planner, fields: Fields, limit: Option<usize>, defaults: &Query) -> Self {
        let batch = || {
            let planner = planner.clone();
            let open = move |words: &[String]| match words {
                [] => Ok(planner.clone()),
                [first, ..] => Err(RequestError::new("unknown-release", Some(first), "no release")),
            };
            Batch::new(fields, open).with_limit(limit).with_defaults(defaults.clone())
        };
        Pair { fast: batch(), by_serde: batch().by_serde(), understood: 0 }
    }

    fn check(&mut self, line: &str) {
        let [mut fast, mut by_serde] = [Vec::new(), Vec::new()];
        let understood = self.fast.answer(17, line, &mut fast);
        assert_eq!(understood, self.by_serde.answer(17, line, &mut by_serde), "{line}");
        let [fast, by_serde] = [fast, by_serde].map(|it| String::from_utf8(it).unwrap());
        assert_eq!(fast, by_serde, "{line}");
        self.understood += usize::from(understood);
    }
}

/// A name in some spelling.
fn spelled(rng: &Rng, id: &str) -> String {
    match rng.below(12) {
        0 => id.to_uppercase(),
        1 => id.replace('-', " "),
        2 => format!(" {id} "),
        3 => id.replace('-', ""),
        4 if rng.percent(5) => format!("{id}-not"),
        5 if rng.percent(5) => format!("!{id}"),
        _ => id.to_owned(),
    }
}

/// A line that asks what a request does, in one of the ways to write it.
fn line_of(rng: &Rng, request: &Request, every: &Request) -> String {
    let list = |ids: &[String]| {
        let mut names: Vec<String> = ids.iter().map(|id| spelled(rng, id)).collect();
        if rng.percent(10) && !names.is_empty() {
            names.push(spelled(rng, &ids[rng.below(ids.len())]));
        }
        match &names[..] {
            [one] if rng.percent(20) => json!(one),
            _ => json!(names),
        }
    };
    let want = |want: &dynamo_plan::request::Want| match (want.weight, rng.below(3)) {
        (1, 0 | 1) => json!(spelled(rng, &want.feature)),
        (weight, 2) if rng.percent(30) => json!({"feature": want.feature, "weight": weight}),
        (weight, _) => json!(format!("{}={weight}", spelled(rng, &want.feature))),
    };
    let mut keys = Vec::new();
    let mut put = |key: &str, value: serde_json::Value| keys.push((key.to_owned(), value));
    if !request.need.is_empty() || rng.percent(10) {
        put("need", list(&request.need));
    }
    if !request.avoid.is_empty() || rng.percent(10) {
        put("avoid", list(&request.avoid));
    }
    if !request.want.is_empty() || rng.percent(10) {
        put("want", request.want.iter().map(want).collect());
    }
    if request.backends != every.backends || rng.percent(10) {
        put("backends", json!(request.backends));
    }
    if rng.percent(50) {
        put("accept", json!(request.accept));
    }
    if let Some(pattern) = &request.pattern {
        put("pattern", json!(pattern));
    }
    if !request.rules.is_empty() || rng.percent(20) {
        put("rules", json!(request.rules));
    }
    if !request.facts.is_empty() {
        put("facts", json!(request.facts));
    }
    if request.all {
        put("all", json!(true));
    }
    if rng.percent(30) {
        put("id", rng.pick(&[json!(7), json!("a b"), json!(null), json!([1]), json!("é")]).clone());
    }
    if rng.percent(20) {
        put("name", json!("chat"));
    }
    if rng.percent(10) {
        put("count", json!(rng.below(4)));
    }
    if rng.percent(3) {
        put("release", json!("9.9"));
    }
    rng.shuffle(&mut keys);
    let space = *rng.pick(&["", "", " ", "\t"]);
    let pairs: Vec<String> =
        keys.iter().map(|(key, value)| format!("\"{key}\":{space}{value}")).collect();
    format!("{{{space}{}{space}}}", pairs.join(&format!(",{space}")))
}

/// The same line with a small mistake, or what may be one.
fn damaged(rng: &Rng, line: &str) -> String {
    let mut chars: Vec<char> = line.chars().collect();
    for _ in 0..rng.within(1, 2) {
        let at = rng.below(chars.len());
        match rng.below(4) {
            0 => drop(chars.remove(at)),
            1 => chars.insert(at, *rng.pick(&['"', ',', '{', ']', '\\', 'x', '0', '\u{7f}', 'é'])),
            2 => chars.insert(at, chars[at]),
            _ => {
                let other = rng.below(chars.len());
                chars.swap(at, other);
            }
        }
        if chars.is_empty() {
            break;
        }
    }
    chars.into_iter().collect()
}

fn random_case(rng: &Rng, matrices: &[Matrix]) -> Case {
    let mut case = Case::new(matrices.to_vec(), random_request(rng, matrices));
    case.rule_sets.push(random_rules(rng, matrices));
    case
}

#[test]
fn random_lines_of_random_matrices() {
    let (mut lines, mut understood, mut fast) = (0, 0, 0);
    for seed in 0..150 {
        let rng = Rng::new(seed);
        let matrices = random_matrices(&rng);
        let case = random_case(&rng, &matrices);
        let planner = planner_of(&case).with_facts(facts);
        let every = ask_for(&matrices, &[]);
        for fields in field_sets() {
            let limit = *rng.pick(&[None, None, Some(1), Some(3)]);
            let defaults = Query {
                accept: *rng.pick(&[Query::default().accept, case.request.accept]),
                rules: rng.percent(50).then(Vec::new),
                pattern: case.request.pattern.clone().filter(|_| rng.percent(20)),
                need: if rng.percent(10) { case.request.need.clone() } else { Vec::new() },
                avoid: if rng.percent(20) { case.request.avoid.clone() } else { Vec::new() },
                want: if rng.percent(10) { vec![("lora".to_owned(), 2)] } else { Vec::new() },
                ..Query::default()
            };
            let mut pair = Pair::new(&planner, fields, limit, &defaults);
            for _ in 0..20 {
                let mut request = random_request(&rng, &matrices);
                request.rules.extend(rng.percent(30).then(|| "random".to_owned()));
                if rng.percent(20) {
                    let denied = if rng.percent(25) { "!" } else { "" };
                    request.facts = vec![format!("{denied}{}", rng.pick(&FACTS))];
                }
                let line = line_of(&rng, &request, &every);
                pair.check(&line);
                pair.check(&line);
                pair.check(&damaged(&rng, &line));
                lines += 3;
            }
            understood += pair.understood;
            fast += pair.fast.fast_answers();
        }
    }
    assert!(understood > lines / 3, "{understood} of {lines}");
    assert!(fast > lines / 10, "{fast} of {lines}");
}

#[test]
fn lines_of_the_bundled_release_and_of_many_features() {
    let mut fast = 0;
    for (seed, matrices) in [(1, vec![bundled()]), (2, forty(2))] {
        let rng = Rng::new(seed);
        let planner = Planner::of_matrices(matrices.clone());
        let every = ask_for(&matrices, &[]);
        for fields in field_sets().into_iter().take(5) {
            let mut pair = Pair::new(&planner, fields, None, &Query::default());
            for _ in 0..200 {
                let mut request = random_request(&rng, &matrices);
                request.all = false;
                let line = line_of(&rng, &request, &every);
                pair.check(&line);
                pair.check(&damaged(&rng, &line));
            }
            fast += pair.fast.fast_answers();
        }
    }
    assert!(fast > 500, "{fast}");
}

#[test]
fn odd_lines() {
    let planner = Planner::bundled();
    let mut pair = Pair::new(&planner, Fields::default(), None, &Query::default());
    let many: Vec<String> = (0..1001).map(|number| format!("lora{}", " ".repeat(number))).collect();
    let lines = [
        r#"{"need":["lora"]}"#.to_owned(),
        r#"{"need":"lora","need":"lora"}"#.to_owned(),
        r#"{"need":["lora","LoRA","adapters"]}"#.to_owned(),
        r#"{"need":["lora,tools"]}"#.to_owned(),
        r#"{"need":["lora"],"avoid":["lora"]}"#.to_owned(),
        r#"{"need":["image"],"avoid":["multimodal"]}"#.to_owned(),
        r#"{"need":["multimodal"],"avoid":["image"]}"#.to_owned(),
        r#"{"want":["image"],"avoid":["multimodal"]}"#.to_owned(),
        r#"{"need":["lora"],"want":["lora=7","tools=2","tool-calling=3","image"]}"#.to_owned(),
        r#"{"want":["lora=0"]}"#.to_owned(),
        r#"{"want":["lora=1000000000"]}"#.to_owned(),
        r#"{"want":["lora=1000000001"]}"#.to_owned(),
        r#"{"want":["lora=99999999999999999999"]}"#.to_owned(),
        r#"{"want":["lora= 2 "]}"#.to_owned(),
        r#"{"want":["lora=+2"]}"#.to_owned(),
        r#"{"want":["lora="]}"#.to_owned(),
        r#"{"want":["=2"]}"#.to_owned(),
        r#"{"want":[]}"#.to_owned(),
        r#"{"need":[]}"#.to_owned(),
        r#"{"need":[""]}"#.to_owned(),
        r#"{"need":["!lora"]}"#.to_owned(),
        r#"{"avoid":["lora"]}"#.to_owned(),
        r#"{"need":["lora"],"pattern":"E/PD"}"#.to_owned(),
        r#"{"need":["image"],"pattern":"E/PD"}"#.to_owned(),
        r#"{"need":["image"],"pattern":"e/pd"}"#.to_owned(),
        r#"{"want":["video"],"pattern":"E/PD"}"#.to_owned(),
        r#"{"pattern":"E/PD"}"#.to_owned(),
        r#"{"need":["lora"],"platform":{"driver":580}}"#.to_owned(),
        r#"{"need":["lora"],"platform":{"driver":580},"driver":580}"#.to_owned(),
        r#"{"need":["lora"],"driver":"580.126"}"#.to_owned(),
        r#"{"need":["lora"],"fact":"!moe"}"#.to_owned(),
        r#"{"need":["lora"],"fact":"nothing"}"#.to_owned(),
        r#"{"need":["lora"],"rules":["none"]}"#.to_owned(),
        r#"{"need":["lora"],"rules":["none","deployability"]}"#.to_owned(),
        r#"{"need":["lora"],"accept":"unsupported"}"#.to_owned(),
        r#"{"need":["lora"],"accept":"Supported"}"#.to_owned(),
        r#"{"need":["lora"],"all":true}"#.to_owned(),
        r#"{"need":["lora"],"backend":"vllm","backends":["vllm"]}"#.to_owned(),
        r#"{"need":["lora"],"count":1,"weight":1}"#.to_owned(),
        r#"{"need":["lora"],"count":0}"#.to_owned(),
        r#"{"need":["lora"],"id":"a\u0000b"}"#.to_owned(),
        "{\"need\":[\"lora\"],\"id\":\"a\u{200b}b\"}".to_owned(),
        "{\"need\":[\"lora\"],\"id\":\"a\u{7f}b\"}".to_owned(),
        r#"{"need":["lora"],"id":1e999}"#.to_owned(),
        r#"{"need":["lora"],"id":{"a":[1]},"name":null}"#.to_owned(),
        "{\"need\":[\"lora\"],\n\"id\":1}".to_owned(),
        "\u{feff}{\"need\":[\"lora\"]}".to_owned(),
        " {\"need\":[\"lora\"]}\r".to_owned(),
        "\u{c}{\"need\":[\"lora\"]}".to_owned(),
        r#"["lora"]"#.to_owned(),
        String::new(),
        " ".to_owned(),
        json!({"need": many}).to_string(),
        json!({"need": &many[..1000], "avoid": "tools"}).to_string(),
        json!({"need": vec!["lora"; 2000]}).to_string(),
    ];
    for line in lines.iter().chain(&lines) {
        pair.check(line);
    }
}

/// What lines share is bounded, and so is what is kept of it.
#[test]
fn more_settings_and_spellings_than_are_kept() {
    let planner = Planner::bundled();
    let mut pair = Pair::new(&planner, Fields::default(), Some(1), &Query::default());
    for number in 0..600 {
        pair.check(&format!(r#"{{"need":["lora"],"driver":{number}}}"#));
        let spaces = " ".repeat(number % 120);
        pair.check(&format!(r#"{{"need":["{spaces}lora"]}}"#));
        pair.check(&format!(r#"{{"need":["no-{number}"]}}"#));
    }
    assert!(pair.fast.fast_answers() > 500, "{}", pair.fast.fast_answers());
}

#[test]
fn several_threads_answer_in_the_order_of_the_lines() {
    let mut input = String::from("\u{feff}");
    let ids = ["lora", "tools", "image", "disagg", "kvbm", "planner", "nonsense"];
    for number in 0..4000_usize {
        let pair = [ids[number % 7], ids[number / 7 % 7]];
        input += &json!({"id": number, "need": pair}).to_string();
        input += if number % 10 == 0 { "\r\n\n" } else { "\n" };
    }
    let open = || Batch::new(Fields::default(), |_| Ok(Planner::bundled()));
    let answer = |input: &str| {
        let mut out = Vec::new();
        let understood = answer_stream(&mut open(), input.as_bytes(), &mut out).unwrap();
        (understood, out)
    };
    let wanted = answer(&input);
    assert!(!wanted.0);
    assert_eq!(wanted.1.iter().filter(|&&byte| byte == b'\n').count(), 4000);
    for threads in [1, 2, 7] {
        let read = std::io::Cursor::new(input.clone());
        let mut out = Vec::new();
        let understood = answer_stream_on(threads, open, read, &mut out).unwrap();
        assert!((understood, out) == wanted, "{threads} threads");
    }
}

#[test]
fn a_line_that_is_too_long_is_not_answered_by_its_beginning() {
    let plain = r#"{"need":["lora"]}"#;
    let mut batch = Batch::new(Fields::default(), |_| Ok(Planner::bundled()));
    assert!(batch.answer(1, plain, &mut Vec::new()));
    let line = format!("{plain}{}\n", " ".repeat(16 << 20));
    let mut out = Vec::new();
    assert!(!answer_stream(&mut batch, line.as_bytes(), &mut out).unwrap());
    assert!(String::from_utf8(out).unwrap().contains("line-too-long"));
}
