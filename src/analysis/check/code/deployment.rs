//! The codes about what a deployment does: the verdict, flags, routing and other features.

use super::{FindingCode, code};
use crate::load::Severity::{Error, Note, Warning};

pub(super) const CODES: [FindingCode; 24] = [
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
        "kind-unknown",
        Note,
        "the level depends on the kind of media, which nothing tells",
        [
            "A group such as multimodal is on, its kinds are not at one level, and the file does not tell which of them \
         is served. The verdict is that of the best; the message has the level of each.",
            "Go by the level of the kind that you serve; `dynamo-plan show` names what limits it.",
            "args: [\"--enable-multimodal\"]   # image, video or audio",
        ],
    ),
    code(
        "release-unmatched",
        Note,
        "there is no verdict, as no matrix fits the deployment",
        [
            "A verdict needs the matrix of exactly one release. The file does not name one, names a build before or beside \
         a release, or names a release without a bundled matrix. What makes images, audio or video alone is in no matrix.",
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
        Warning,
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
];
