python3 -m dynamo.sglang --model org/small-model
