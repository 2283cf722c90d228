//! The codes of findings: what each means, how it fails, and what to do.

use serde::Serialize;

use crate::load::Severity;

/// A kind of finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FindingCode {
    /// The stable id, such as `flag-refused`.
    pub id: &'static str,
    /// How bad it is; where that depends on what is found, the worst that it can be.
    pub severity: Severity,
    /// What it is, as the end of a sentence.
    pub title: &'static str,
    /// What it means and how it fails, in a few sentences.
    pub meaning: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// Lines that are found so.
    pub example: &'static str,
}

/// Codes as JSON: the shape `dynamo-plan/check-codes/v1`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FindingCodes {
    /// The name of the shape and its version.
    pub schema: &'static str,
    /// The version of this tool.
    pub tool: &'static str,
    /// The codes.
    pub codes: Vec<FindingCode>,
}

impl FindingCodes {
    /// Some codes.
    #[must_use]
    pub fn new(codes: Vec<FindingCode>) -> Self {
        let (schema, tool) = ("dynamo-plan/check-codes/v1", env!("CARGO_PKG_VERSION"));
        FindingCodes { schema, tool, codes }
    }
}

/// The code with this id.
#[must_use]
pub fn finding_code(id: &str) -> Option<&'static FindingCode> {
    FINDING_CODES.iter().find(|code| code.id == id)
}

/// The codes that look like a wrong one, best first.
#[must_use]
pub fn nearest_codes(wrong: &str) -> Vec<String> {
    let known = FINDING_CODES.iter().map(|code| code.id);
    crate::load::nearest(wrong, known).into_iter().map(str::to_owned).collect()
}

const fn code(
    id: &'static str,
    severity: Severity,
    title: &'static str,
    [meaning, fix, example]: [&'static str; 3],
) -> FindingCode {
    FindingCode { id, severity, title, meaning, fix, example }
}

use Severity::{Error, Note, Warning};

/// Every code, those of the matrix first, then those of flags, routing, other features, reading, releases and
/// interfaces.
pub const FINDING_CODES: [FindingCode; 47] = [
    code(
        "unsupported-combination",
        Error,
        "the matrix refuses what is switched on",
        [
            "A feature, or features together, are unsupported on this backend in this release, by the published table or \
         by a rule about deployments. What happens depends on the features: a process that ends, requests that fail, \
         or a feature without effect.",
            "Switch one of the features off, add the one that is missing, or take the backend or release that has them; \
         `dynamo-plan explain` names every way.",
            "args: [\"-m\", \"dynamo.trtllm\", \"--enable-lora\"]",
        ],
    ),
    code(
        "known-issue",
        Error,
        "upstream states that this breaks",
        [
            "What is switched on is stated to break in this release: as a whole (an error), or in part (a warning). The \
         message holds the workaround, and the release that fixes it where one is stated.",
            "Apply the workaround, or move to the release that fixes it.",
            "args: [\"--connector\", \"kvbm\", \"nixl\"]   # with a release that lists an issue of it",
        ],
    ),
    code(
        "not-claimed",
        Warning,
        "no document claims that this works",
        [
            "The published matrix of the release leaves the combination open: it is marked as not applicable, or no table \
         has it. It may work; nobody says so.",
            "Try it before you rely on it, or take what the matrix claims; `dynamo-plan explain` names it.",
            "args: [\"--enable-lora\", \"--speculative-config\", \"{…}\"]",
        ],
    ),
    code(
        "no-row",
        Note,
        "the matrix of the release has no row for this feature",
        [
            "A feature is on that the matrix of the release does not list, so nothing is said of it and it is left out of \
         the verdict.",
            "Look at a later release with `--upgrade`, or at the release's own documents.",
            "gpuMemoryService: {enabled: true}   # before the release whose matrix lists it",
        ],
    ),
    code(
        "release-unmatched",
        Note,
        "there is no verdict, as no matrix is known for the release",
        [
            "A verdict needs the matrix of exactly one release. The file does not name one, names a build before or beside \
         a release, or names a release without a bundled matrix.",
            "Name the release that runs with `--release`; `dynamo-plan list releases` shows those with a matrix.",
            "image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:my-tag",
        ],
    ),
    code(
        "flag-refused",
        Error,
        "the program ends at this flag",
        [
            "The parser of this program does not know the flag in this release, or reads it and then refuses it: the \
         process ends before it serves anything.",
            "Write what takes its place, or remove it.",
            "args: [\"-m\", \"dynamo.vllm\", \"--is-prefill-worker\"]   # from 1.4.0 on",
        ],
    ),
    code(
        "flag-deprecated",
        Note,
        "the flag is on its way out",
        [
            "The flag still works in this release, with a warning or silently; a later release refuses it.",
            "Write what takes its place where the release knows it already.",
            "args: [\"-m\", \"dynamo.frontend\", \"--no-kv-events\"]   # from 1.0.0 on",
        ],
    ),
    code(
        "flag-ignored",
        Warning,
        "the flag has no effect",
        [
            "The program takes the flag and does nothing with it: what it was written for does not happen, and nothing \
         says so.",
            "Write what takes its place, or remove it.",
            "args: [\"-m\", \"dynamo.frontend\", \"--enforce-disagg\"]",
        ],
    ),
    code(
        "value-refused",
        Error,
        "the program ends at this value",
        [
            "The flag is known and the value is none of those that this release takes: the process ends.",
            "Write one of the values that the message lists.",
            "args: [\"-m\", \"dynamo.trtllm\", \"--disaggregation-mode\", \"prefill_and_decode\"]   # from 1.4.0 on",
        ],
    ),
    code(
        "env-refused",
        Error,
        "the program ends at this variable",
        [
            "The program reads the variable and refuses it in this release: the process ends.",
            "Remove it and write what takes its place.",
            "env: [{name: DYN_CONNECTOR, value: kvbm}]   # from 1.0.0 on",
        ],
    ),
    code(
        "env-ignored",
        Warning,
        "the variable has no effect",
        [
            "No program of the release reads this variable. Unlike a flag it stops nothing: what it was written for \
         silently does not happen.",
            "Write the variable or flag that takes its place.",
            "env: [{name: DYN_KV_EVENTS, value: \"false\"}]   # from 1.0.0 on",
        ],
    ),
    code(
        "planner-key-ignored",
        Warning,
        "the planner passes over this key",
        [
            "The planner's configuration holds a key that it does not know in this release. It takes unknown keys without \
         a word.",
            "Write the key that takes its place.",
            "args: [\"-m\", \"dynamo.planner\", \"--config\", '{\"no_correction\": true}']   # from 1.1.0 on",
        ],
    ),
    code(
        "kv-events-missing",
        Warning,
        "KV-aware routing is on and no worker publishes KV events",
        [
            "The router is to send requests where their KV cache is, and no prefill or aggregated worker tells it: it takes \
         every cache for empty and spreads requests as if by chance. Nothing reports it.",
            "Let the workers publish events, or tell the router to predict what is cached.",
            "args: [\"-m\", \"dynamo.frontend\", \"--router-mode\", \"kv\"]   # and vLLM workers of 1.1.0 without \
         --kv-events-config",
        ],
    ),
    code(
        "kv-approximate",
        Note,
        "the router predicts what is cached",
        [
            "KV-aware routing works without events: the router remembers where it sent what, and forgets after a while.",
            "Nothing to do where that is meant; else let workers publish events.",
            "args: [\"-m\", \"dynamo.frontend\", \"--router-mode\", \"kv\", \"--no-kv-events\"]",
        ],
    ),
    code(
        "kv-weight-zero",
        Note,
        "the router gives the KV cache no weight",
        [
            "The mode of the router is kv, but the weight of the cache is 0: requests are balanced by load alone, so that \
         KV-aware routing is off.",
            "Give it a weight, or write the mode that is meant.",
            "args: [\"-m\", \"dynamo.frontend\", \"--router-mode\", \"kv\", \"--kv-overlap-score-weight\", \"0\"]",
        ],
    ),
    code(
        "kv-prefix-caching-off",
        Warning,
        "KV-aware routing is on and a worker keeps no prefix cache",
        [
            "Without prefix caching a worker has nothing that the router could send requests to, and publishes no events.",
            "Leave prefix caching on, or take another mode of the router.",
            "args: [\"-m\", \"dynamo.vllm\", \"--no-enable-prefix-caching\"]",
        ],
    ),
    code(
        "engine-tokenizer",
        Warning,
        "the engine tokenizes by itself, so that features of the frontend are off",
        [
            "With the engine's own tokenizer the frontend passes text through: KV-aware routing, tool calling and request \
         migration, which work on tokens, do not happen.",
            "Remove the flag, or do without these features.",
            "args: [\"-m\", \"dynamo.vllm\", \"--use-vllm-tokenizer\"]",
        ],
    ),
    code(
        "planner-aggregated",
        Error,
        "the planner needs workers that are disaggregated here",
        [
            "The planner scales prefill and decode workers apart. Of aggregated workers it finds none of the kind that it \
         looks for, unless the release has a mode for them and it is set.",
            "Disaggregate the workers, or set the planner's mode where the release has one.",
            "a planner beside workers without --is-prefill-worker or --disaggregation-mode",
        ],
    ),
    code(
        "planner-split",
        Note,
        "the planner and its workers are in different deployments",
        [
            "A global planner directs the planners of several deployments. Each file is read alone, so what it directs is \
         not seen.",
            "Check the deployments that belong together in one call.",
            "args: [\"-m\", \"dynamo.global_planner\"]",
        ],
    ),
    code(
        "connector-missing",
        Error,
        "a prefill worker has no connector",
        [
            "The worker has no default connector in this release: a prefill worker without one ends when it starts.",
            "Pass `--kv-transfer-config` with a connector.",
            "args: [\"-m\", \"dynamo.vllm\", \"--disaggregation-mode\", \"prefill\"]   # from 1.0.0 on",
        ],
    ),
    code(
        "parser-both",
        Error,
        "the engine's parser and Dynamo's are both set",
        [
            "A worker takes the engine's own tool or reasoning parser or Dynamo's; with both it ends.",
            "Keep the one that is meant.",
            "args: [\"-m\", \"dynamo.sglang\", \"--tool-call-parser\", \"hermes\", \"--dyn-tool-call-parser\", \"hermes\"]",
        ],
    ),
    code(
        "failover-without-gms",
        Error,
        "failover is on without the memory service",
        [
            "A shadow engine waits with its weights in the GPU memory service. Without that service admission refuses the \
         deployment.",
            "Switch the GPU memory service on as well.",
            "failover: {enabled: true}   # without gpuMemoryService",
        ],
    ),
    code(
        "snapshot-with-gms",
        Error,
        "snapshots and the memory service are both on",
        [
            "A component cannot be restored from a snapshot and take its weights from the GPU memory service.",
            "Keep one of the two.",
            "experimental: {checkpoint: {enabled: true}, gpuMemoryService: {}}",
        ],
    ),
    code(
        "folded-backslash",
        Warning,
        "flags are lost in a folded block",
        [
            "YAML's `>` joins lines with a blank, so that a backslash at the end of a line becomes one before a blank. The \
         shell then reads ` --flag`, with the blank, as one word, and the program takes it for no flag.",
            "Write `|` in place of `>`, or no backslashes.",
            "args:\n  - >-\n    python3 -m dynamo.vllm \\\n    --enable-lora",
        ],
    ),
    code(
        "args-one-element",
        Warning,
        "a flag and its value stand in one element",
        [
            "Each element of a list is one word for the program: `--flag value` in one element is a flag with a blank in \
         its name, which no parser knows.",
            "Write them as two elements, or as `--flag=value`.",
            "args: [\"-m\", \"dynamo.vllm\", \"--model Qwen/Qwen3-0.6B\"]",
        ],
    ),
    code(
        "args-unknown",
        Note,
        "a part of the arguments is not known",
        [
            "A variable or another command puts words in that the file does not hold. Features that such words may switch \
         are unknown.",
            "Put the values in first and check the result.",
            "args: [\"-c\", \"python3 -m dynamo.vllm $EXTRA_ARGS\"]",
        ],
    ),
    code(
        "engine-file-unknown",
        Note,
        "the engine's options are in a file that is not here",
        [
            "The options that a file in the image or on a volume holds may switch features, which are unknown.",
            "Give the ConfigMap that holds the file in the same file.",
            "args: [\"-m\", \"dynamo.trtllm\", \"--extra-engine-args\", \"/workspace/engine.yaml\"]",
        ],
    ),
    code(
        "media-generation",
        Note,
        "the workers make images or video",
        [
            "The matrix is about language models: workers that generate media are read for no feature of it.",
            "Nothing to do.",
            "args: [\"-m\", \"dynamo.vllm.omni\"]",
        ],
    ),
    code(
        "mocker",
        Note,
        "the workers are mockers",
        [
            "A mocker stands for an engine in tests: it has no backend, so that there is no verdict.",
            "Nothing to do.",
            "args: [\"-m\", \"dynamo.mocker\"]",
        ],
    ),
    code(
        "backend-mixed",
        Warning,
        "the workers are of several backends",
        [
            "One deployment runs engines of more than one backend. Each process is read by its own; there is no verdict \
         for the deployment.",
            "Make them deployments of their own, if that is not meant.",
            "a worker of dynamo.vllm beside one of dynamo.sglang",
        ],
    ),
    code(
        "patch",
        Note,
        "the file completes another one",
        [
            "No container has a command or an image: what runs is in the file that this one is laid over.",
            "Check what comes out, as with `kubectl kustomize`.",
            "a patch of kustomize",
        ],
    ),
    code(
        "template",
        Note,
        "the file is a template",
        [
            "It is YAML only after values are put in.",
            "Check what comes out, as with `helm template` or `envsubst`.",
            "image: {{ .Values.image }}",
        ],
    ),
    code(
        "release-placeholder",
        Note,
        "the image has a tag that is to be filled in",
        [
            "A tag such as `my-tag` or `latest` names no release. Only what holds in every release is said.",
            "Name the release with `--release`, or write the tag that runs.",
            "image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:my-tag",
        ],
    ),
    code(
        "release-custom",
        Note,
        "the tag of the image is no version",
        [
            "The image is one of your own. Only what holds in every release is said.",
            "Name the release that it is built on with `--release`; from 1.4.0 on a deployment needs \
         `runtimeVersionOverride` as well.",
            "image: registry.example.com/vllm-runtime:build-7",
        ],
    ),
    code(
        "release-none",
        Note,
        "no image of Dynamo is named",
        [
            "Nothing says which release runs. Only what holds in every release is said.",
            "Name the release with `--release`.",
            "a launch script",
        ],
    ),
    code(
        "release-preview",
        Note,
        "the image is a build before or beside a release",
        [
            "A build for development is neither before nor after the release that it names: it is read by the rules of that \
         release, and there is no verdict.",
            "Name the release to judge it by with `--release`.",
            "image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.2.0-deepseek-v4-cuda13-dev.3",
        ],
    ),
    code(
        "release-older",
        Note,
        "the release is older than every known one",
        [
            "It is read as the oldest known release is, and there is no matrix.",
            "Check it with `--upgrade` to a known release.",
            "image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:0.5.0",
        ],
    ),
    code(
        "release-mixed",
        Warning,
        "the images are of several releases",
        [
            "Frontend and workers of different releases understand each other only within limits. The lowest release is \
         what the deployment is read by.",
            "Take images of one release.",
            "vllm-runtime:1.2.0 beside vllm-runtime:1.1.1",
        ],
    ),
    code(
        "version-unreadable",
        Error,
        "the operator cannot read the release off the tag",
        [
            "From 1.4.0 on the operator reads the release off the tag of the main image. Where the tag is no version and \
         there is no `runtimeVersionOverride`, it refuses the deployment.",
            "Set `runtimeVersionOverride` on the component.",
            "image: registry.example.com/vllm-runtime@sha256:…",
        ],
    ),
    code(
        "cuda12-image",
        Error,
        "there is no image for CUDA 12",
        [
            "The release has images for CUDA 13 only: a tag for CUDA 12 cannot be pulled.",
            "Take the tag without the suffix, and a driver that runs CUDA 13.",
            "image: nvcr.io/nvidia/ai-dynamo/vllm-runtime:1.3.0-cuda12",
        ],
    ),
    code(
        "api-deprecated",
        Note,
        "the version of the API is on its way out",
        [
            "The version is still served and converted.",
            "Write the manifest in the newer version.",
            "apiVersion: nvidia.com/v1alpha1   # from 1.2.0 on",
        ],
    ),
    code(
        "api-too-new",
        Error,
        "the release does not know this version of the API",
        [
            "The cluster has no such kind: it refuses the manifest.",
            "Write the manifest in the older version, or move to the release that has the newer one.",
            "apiVersion: nvidia.com/v1beta1   # before 1.2.0",
        ],
    ),
    code(
        "field-unknown",
        Warning,
        "the release does not know this field",
        [
            "The field that switches a feature on is not in the schema of this release, or not in this version of the API: \
         it is dropped or refused.",
            "Write the field that the release has.",
            "experimental: {checkpoint: {enabled: true}}   # before 1.3.0",
        ],
    ),
    code(
        "not-yaml",
        Error,
        "the file is no YAML",
        [
            "The file breaks off, or its lines do not fit together: nothing of it is read.",
            "Mend the line that the message names.",
            "spec: {services",
        ],
    ),
    code(
        "too-large",
        Error,
        "the file is too large for a manifest",
        [
            "A cluster takes no object of this size, so that the file is none.",
            "Name the file that is meant.",
            "a data file of many megabytes",
        ],
    ),
    code(
        "not-text",
        Error,
        "the file is no UTF-8 text",
        ["Manifests and scripts are text in UTF-8.", "Save the file as UTF-8.", "a binary file"],
    ),
    code(
        "no-deployment",
        Note,
        "the file holds no deployment",
        [
            "None of its objects is a DynamoGraphDeployment, and no script line starts a program of Dynamo.",
            "Name the files that hold deployments.",
            "kind: Service",
        ],
    ),
];
