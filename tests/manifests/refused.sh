# Images and KV-aware routing, which this engine of 0.9 does not serve together.
python3 -m dynamo.frontend --router-mode kv &
python3 -m dynamo.trtllm --model-path org/small-model --modality multimodal --publish-events-and-metrics
