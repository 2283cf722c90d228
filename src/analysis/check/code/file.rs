//! The codes about how a file is written and what of it could be read: words, releases, interfaces.

use super::{FindingCode, code};
use crate::load::Severity::{Error, Note, Warning};

pub(super) const CODES: [FindingCode; 30] = [
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
            "args: [\"-m\", \"dynamo.vllm.omni\", \"--omni\"]",
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
        Error,
        "the release does not know this field",
        [
            "The field switches a feature on in other releases, or in the other version of the API, and not here: the \
         manifest is refused, or the field is dropped where nothing checks fields.",
            "Write the field that the release has, or remove it.",
            "experimental: {checkpoint: {enabled: true}}   # before 1.3.0",
        ],
    ),
    code(
        "not-yaml",
        Error,
        "the file is no YAML",
        [
            "The file breaks off, or its lines do not fit together: nothing of it is read.",
            "Correct the line that the message names.",
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
        "too-many-objects",
        Error,
        "the file holds too many objects",
        [
            "So many objects are no deployments that somebody wrote: nothing of the file is read.",
            "Split the file, or name the one that is meant.",
            "thousands of documents in one file",
        ],
    ),
    code(
        "too-many-components",
        Error,
        "a deployment has too many components",
        [
            "So many components are no deployment that a cluster runs: nothing of the file is read.",
            "Split the deployment, or name the file that is meant.",
            "a table of services that does not end",
        ],
    ),
    code(
        "too-deep",
        Error,
        "the file nests too deeply",
        [
            "No object of a cluster has so many tables within each other: nothing of the file is read.",
            "Flatten it.",
            "[[[[[[…]]]]]]",
        ],
    ),
    code(
        "alias-loop",
        Error,
        "an alias stands within what it names",
        [
            "What the alias stands for never ends: nothing of the file is read.",
            "Write the value out.",
            "spec: &spec {services: *spec}",
        ],
    ),
    code(
        "alias-limit",
        Error,
        "aliases repeat too much",
        [
            "With every alias put in, the file is larger than any manifest: nothing of it is read.",
            "Write out what is needed, without aliases.",
            "aliases of tables of aliases",
        ],
    ),
    code(
        "duplicate-key",
        Error,
        "a key stands twice in one table",
        [
            "Only one of the two values can count, and which one depends on the reader: nothing of the file is read.",
            "Remove one of the two.",
            "image: a:1.0.0\nimage: a:1.1.0",
        ],
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
