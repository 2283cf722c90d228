# A launch script of 0.9 that 1.0 takes otherwise.
export DYN_KV_EVENTS=false
python3 -m dynamo.frontend --router-mode kv --no-kv-events &
python3 -m dynamo.vllm --model org/small-model --is-prefill-worker --connector nixl &
python3 -m dynamo.vllm --model org/small-model --migration-limit 2
