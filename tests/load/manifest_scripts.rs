//! Launch scripts: the processes that they start, without running anything.

use dynamo_plan::load::manifest::{ManifestFile, Process, WordState};

use crate::manifest_forms::{read_as, words};

fn read(text: &str) -> ManifestFile {
    read_as("launch.sh", text)
}

fn processes(file: &ManifestFile) -> Vec<&Process> {
    let components = file.deployments.iter().flat_map(|deployment| &deployment.components);
    components.flat_map(|component| &component.containers[0].processes).collect()
}

/// The words of the only process of a script.
fn only(text: &str) -> Vec<(String, WordState)> {
    let file = read(text);
    let processes = processes(&file);
    assert_eq!(processes.len(), 1, "{text}");
    processes[0].words.iter().map(|word| (word.text.clone(), word.state)).collect()
}

fn plain(text: &str) -> Vec<String> {
    let words = only(text);
    assert!(words.iter().all(|(_, state)| *state == WordState::Plain), "{words:?}");
    words.into_iter().map(|(word, _)| word).collect()
}

#[test]
fn each_command_is_a_component() {
    let file = read(
        "#!/bin/bash
trap 'kill 0' EXIT
echo python3 -m dynamo.sglang --not-this
python -m dynamo.frontend --http-port=8000 &
CUDA_VISIBLE_DEVICES=0 MODE=\"a b\" python3 -m dynamo.vllm --model m &
wait; python3 /opt/components/processor.py --x
",
    );
    let names: Vec<&str> =
        file.deployments[0].components.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["dynamo.frontend", "dynamo.vllm", "components/processor.py"]);
    assert_eq!(file.deployments[0].name, "launch.sh");
    let worker = processes(&file)[1];
    assert_eq!(worker.env.get("MODE").unwrap().value.as_deref(), Some("a b"));
    assert_eq!(file.position(worker.words[0].at).to_string(), "5:58");
}

#[test]
fn quotes_escapes_and_line_ends_are_undone() {
    let text = "python3 -m dynamo.vllm --a 'x y' --b \"$'z\\\"\" \\\n  --c=d\\ e # --f\n";
    assert_eq!(plain(text), ["--a", "x y", "--b", "$'z\"", "--c=d e"]);
}

#[test]
fn variables_have_values_and_defaults() {
    let text = "A=one
B=${A:-no}/${MISSING:-two}
C=\"${C:-\"three four\"}\"
export D=$B E
: \"${F:=five}\"
python3 -m dynamo.vllm $A ${B} \"$C\" $C --x=\"${D}\" $F ${G-six}
";
    let expected = ["one", "one/two", "three four", "three", "four", "--x=one/two", "five", "six"];
    assert_eq!(plain(text), expected);
}

#[test]
fn arrays_are_put_in_word_by_word() {
    let text = "ARGS=(
  --model 'a b' # why
  --x
)
ARGS+=(--y \"$HOME_OF\")
HOME_OF=late
python3 -m dynamo.vllm \"${ARGS[@]}\" ${NONE[@]+\"${NONE[@]}\"} --z
";
    let words = only(text);
    let texts: Vec<&str> = words.iter().map(|(word, _)| word.as_str()).collect();
    assert_eq!(texts[..5], ["--model", "a b", "--x", "--y", "$HOME_OF"]);
    assert_eq!(words[4].1, WordState::Unresolved);
    assert_eq!(texts.last(), Some(&"--z"));
}

#[test]
fn what_depends_on_a_condition_is_marked() {
    let text = "EXTRA=\"\"
MODEL=m
if [[ -n \"$KV\" ]]; then
  EXTRA=\"--router-mode kv\"
  MODEL=$1
fi
[ -z \"$X\" ] && EXTRA_TOO=--more
python3 -m dynamo.frontend --model $MODEL $EXTRA $EXTRA_TOO
";
    let words = only(text);
    let conditional: Vec<&str> = words
        .iter()
        .filter(|(_, state)| *state == WordState::Conditional)
        .map(|(word, _)| word.as_str())
        .collect();
    assert_eq!(words[1], ("m".to_owned(), WordState::Plain));
    assert_eq!(conditional, ["--router-mode", "kv", "--more"]);
    let file = read(
        "if true; then\n python3 -m dynamo.vllm\nelse\n python3 -m dynamo.sglang\nfi\npython3 -m dynamo.frontend",
    );
    let conditional: Vec<bool> = processes(&file).iter().map(|it| it.is_conditional).collect();
    assert_eq!(conditional, [true, true, false]);
}

#[test]
fn loops_functions_and_cases_are_read_where_they_stand() {
    let file = read(
        "start() {
  python3 -m dynamo.vllm --port \"$1\" &
}
case $1 in
  --model) MODEL=$2; shift ;;
  (-h|--help) echo python3 -m dynamo.vllm ;;
esac
while true; do python3 -m dynamo.sglang; sleep 1; done
for i in 0 1; do
  python3 -m dynamo.trtllm --rank $i &
done
( cd /x && exec python3 -m dynamo.frontend )
",
    );
    let found: Vec<(&str, bool)> = processes(&file)
        .iter()
        .map(|it| (it.module.as_deref().unwrap(), it.is_conditional))
        .collect();
    let expected = [
        ("dynamo.vllm", false),
        ("dynamo.sglang", false),
        ("dynamo.trtllm", false),
        ("dynamo.frontend", false),
    ];
    assert_eq!(found, expected);
    assert_eq!(processes(&file)[2].words[1].state, WordState::Unresolved);
}

#[test]
fn wrappers_and_nested_shells_are_passed_over() {
    for text in [
        "exec env A=b python3 -m dynamo.vllm --x",
        "nsys profile -o out python3 -m dynamo.vllm --x",
        "mpirun -n 2 bash -c 'sleep 1 && trtllm-llmapi-launch python3 -m dynamo.vllm --x' --y",
        "CMD='python3 -m dynamo.vllm --x'; eval \"$CMD\"",
        "CMD=(python3 -m dynamo.vllm --x); \"${CMD[@]}\" &",
        "sleep 5 && export A=b && timeout 10 python3 -m dynamo.vllm --x || exit 1",
    ] {
        let words = only(text);
        assert_eq!(words.iter().map(|(word, _)| word).collect::<Vec<_>>(), ["--x"], "{text}");
    }
    let file = read("env A=b python3 -m dynamo.vllm");
    assert_eq!(processes(&file)[0].env.get("A").unwrap().value.as_deref(), Some("b"));
}

#[test]
fn heredocs_are_files_and_no_commands() {
    let file = read(
        "cat > /tmp/engine.yaml <<EOF
lora_config: {}
python3 -m dynamo.vllm
EOF
cat <<-'END' >> other.yaml
\ta: b
\tEND
python3 -m dynamo.trtllm --extra-engine-args /tmp/engine.yaml
",
    );
    assert_eq!(processes(&file).len(), 1);
    let container = &file.deployments[0].components[0].containers[0];
    let found = file.file_at(container, "/tmp/engine.yaml").unwrap();
    assert!(found.text.starts_with("lora_config"));
    assert_eq!(file.position(found.place(0)).to_string(), "2:1");
    assert_eq!(file.file_at(container, "other.yaml").unwrap().text, "a: b\n");
}

#[test]
fn what_hides_flags_is_a_gap_and_a_hidden_value_is_none() {
    let file = read(
        "python3 -m dynamo.vllm --model $MODEL --eager $MORE \"$@\" --x=$Y $(flags) `more`
",
    );
    let process = processes(&file)[0];
    let gaps: Vec<&str> = process.gaps.iter().map(|gap| gap.text.as_str()).collect();
    assert_eq!(gaps, ["$@", "$(flags)", "`more`"], "{:?}", words(process));
}

#[test]
fn broken_scripts_are_read_to_their_end() {
    for text in [
        "python3 -m dynamo.vllm --x 'open",
        "python3 -m dynamo.vllm \"open $(",
        "A=(one two",
        "cat <<EOF\npython3 -m dynamo.vllm",
        "${A:-${B:-${C:-",
        "if then else fi done esac ) ) } ;; && || |",
        "\\",
        "$",
        "x() { y() {",
        "for",
        "case",
        "\u{feff}python3 -m dynamo.vllm ü'ß\"",
    ] {
        read(text);
    }
}

#[test]
fn values_that_grow_end() {
    let mut text = "A=0123456789012345678901234567890123456789\nB=(x x x x)\n".to_owned();
    for _ in 0..64 {
        text.push_str("A=\"$A$A\"\nB+=(\"${B[@]}\" \"${B[@]}\")\n");
    }
    text.push_str("python3 -m dynamo.vllm $A \"${B[@]}\"\n");
    let long = format!(
        "{}\npython3 -m dynamo.vllm {}",
        "X=\"$X$X$Y\" ; ".repeat(20_000),
        "$X ".repeat(50_000)
    );
    let deep = format!("echo {}", "$(\"${A:-".repeat(50_000));
    // A value that is only looked at is copied too.
    let asked = format!("X={}\nA=dynamo.vllm {}", "x".repeat(1 << 20), "${X:+a} ".repeat(50_000));
    for text in
        [text, long, deep, asked, "{ ".repeat(100_000), "(".repeat(100_000), "<<E ".repeat(20_000)]
    {
        read(&text);
    }
}

#[test]
fn what_hides_flags_hides_them_behind_another_name() {
    let file = read("MORE=$(tool --print)\nALL=\"$MORE\"\npython3 -m dynamo.sglang --tp 1 $ALL\n");
    let gaps = &processes(&file)[0].gaps;
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert_eq!(gaps[0].text, "$(tool --print)");
}

#[test]
fn the_words_of_another_command_are_none_of_the_process() {
    let file = read(
        "A=$(tool --lora \"a b\")\nB=\"--tp 1 $(tool --lora) `x --y`\"\npython3 -m dynamo.sglang $A $B\n",
    );
    let process = processes(&file)[0];
    let words: Vec<&str> = process.words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(words, ["$(tool --lora \"a b\")", "--tp", "1", "$(tool --lora)", "`x --y`"]);
    assert_eq!(process.gaps.len(), 3, "{:?}", process.gaps);
}

#[test]
fn what_a_condition_adds_to_a_value_is_conditional() {
    let text = "F=\"--a 1\"
if [ \"$MODE\" = x ]; then
  F=\"$F --b\"
fi
[ -n \"$C\" ] && F+=\" --c\"
python3 -m dynamo.vllm $F --d
";
    let words = only(text);
    let plain = ["--a", "1", "--d"].map(|word| (word.to_owned(), WordState::Plain));
    let conditional = ["--b", "--c"].map(|word| (word.to_owned(), WordState::Conditional));
    let of_state = |state| words.iter().filter(move |word| word.1 == state).cloned();
    assert_eq!(of_state(WordState::Plain).collect::<Vec<_>>(), plain);
    assert_eq!(of_state(WordState::Conditional).collect::<Vec<_>>(), conditional);
}

#[test]
fn a_condition_holds_for_what_stands_beside_something_unknown() {
    for first in ["F=$(tool)\n", ""] {
        let text = format!(
            "{first}if test -f /x; then F=\"$F --b $(more)\"; fi\npython3 -m dynamo.vllm $F\n"
        );
        let flag = ("--b".to_owned(), WordState::Conditional);
        assert!(only(&text).contains(&flag), "{text}");
    }
}

#[test]
fn a_choice_of_values_stays_within_its_word() {
    let text = "if test -f /one; then
  INNER='\"k\": 1'
else
  INNER='\"k\": 2'
fi
python3 -m dynamo.trtllm --override-engine-args \"{$INNER}\"
";
    let words = only(text);
    assert_eq!(words[1], ("{\"k\": 1}".to_owned(), WordState::Conditional));
    assert_eq!(words.len(), 2, "{words:?}");
}

#[test]
fn a_value_set_anew_on_a_condition_is_one_of_two() {
    let conditional = |text: &str| (text.to_owned(), WordState::Conditional);
    let text = "ROLE=prefill
if [ \"$1\" = d ]; then ROLE=decode; fi
ARGS=(--a)
if test -f /x; then ARGS=(--b); fi
python3 -m dynamo.vllm --disaggregation-mode $ROLE \"${ARGS[@]}\"
";
    let words = only(text);
    assert_eq!(words[1..], ["prefill", "decode", "--a", "--b"].map(conditional));
    // What a condition adds is shown where it is written, unless it is a part of a word.
    let text = "P=a\nif test -f /x; then P=b; fi\npython3 -m dynamo.vllm $P ${P}c\n";
    let file = read(text);
    let places: Vec<usize> =
        processes(&file)[0].words.iter().map(|word| file.position(word.at).line).collect();
    assert_eq!(places, [1, 2, 1, 3]);
    // With a value by default it is one of three.
    let text = "if test -f /x; then R=a; fi\npython3 -m dynamo.vllm --r ${R:-b}\n";
    assert_eq!(only(text)[1..], ["a", "b"].map(conditional));
}

#[test]
fn what_the_user_may_give_counts_as_a_default_does() {
    let text = "MODEL=one
while [ $# -gt 0 ]; do
  case $1 in --model) MODEL=\"$2\"; shift 2 ;; esac
done
[ -n \"$MINE\" ] && MODEL=$MINE
python3 -m dynamo.vllm --model $MODEL
";
    assert_eq!(plain(text), ["--model", "one"]);
}

#[test]
fn what_a_condition_adds_stays_when_more_is_added() {
    let text = "F=\"--a\"
if test -f /x; then F+=\" --b\"; fi
F=\"$F --c\"
ALL=\"--first ${F}\"
python3 -m dynamo.vllm $ALL
";
    let (plain, conditional) = (WordState::Plain, WordState::Conditional);
    let words = [("--first", plain), ("--a", plain), ("--b", conditional), ("--c", plain)];
    assert_eq!(only(text), words.map(|(word, state)| (word.to_owned(), state)));
}

#[test]
fn a_text_stands_there_only_where_its_variable_has_a_value() {
    let run = |set: &str| {
        format!("{set}\npython3 -m dynamo.vllm ${{NAME:+--served-model-name \"$NAME\"}} --d\n")
    };
    assert_eq!(plain(&run("NAME=n")), ["--served-model-name", "n", "--d"]);
    assert_eq!(plain(&run("NAME=")), ["--d"]);
    let file = read(&run(""));
    assert_eq!(processes(&file)[0].gaps.len(), 1);
    let added = "E=--a\nE=\"${E:+$E }--b\"\npython3 -m dynamo.vllm $E\n";
    assert_eq!(plain(added), ["--a", "--b"]);
    // An array keeps the blanks of its words.
    let guarded = "A=(--a 'x y')\npython3 -m dynamo.vllm ${A[@]+\"${A[@]}\"}\n";
    assert_eq!(plain(guarded), ["--a", "x y"]);
}

#[test]
fn a_variable_of_one_command_that_adds_to_another_is_not_known() {
    let file = read("P=/a\nP=\"$P:/b\" python3 -m dynamo.vllm --x\n");
    let process = processes(&file)[0];
    assert_eq!(process.env.get("P").map(|variable| variable.value.clone()), Some(None));
}

#[test]
fn a_program_that_a_condition_chooses_runs_on_it() {
    for program in ["dynamo.$B", "$M"] {
        let text = format!(
            "B=vllm; M=dynamo.vllm\nif test -f /x; then B=sglang; M=dynamo.sglang; fi\npython3 -m {program} --a\n"
        );
        let file = read(&text);
        let process = processes(&file)[0];
        assert_eq!(process.module.as_deref(), Some("dynamo.vllm"));
        assert!(process.is_conditional, "{program}");
    }
}
