#!/usr/bin/env python3
"""A file of requests on a Spark cluster: each partition goes through a `batch` of its own.

    spark-submit examples/spark_batch.py requests.jsonl answers

`line` counts within a partition, so give each request an `id`. Without arguments a local Spark answers the
fleet beside this file and prints how many of its workloads have a plan. DYNAMO_PLAN names the program where
it is not on the path of every worker; `spark-submit --files dynamo-plan` ships one that is linked statically.
"""

import json
import os
import shlex
import shutil
import sys
from pathlib import Path

PROGRAM = os.environ.get("DYNAMO_PLAN", "dynamo-plan")
COMMAND = [PROGRAM, "batch", "--quiet", "--fields", "satisfiable,total"]


def missing():
    """What is not installed here, if anything."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        return "pyspark"
    if not (shutil.which("java") or os.environ.get("JAVA_HOME")):
        return "Java"
    return None


def main():
    absent = missing()
    if absent:
        print(f"skipped: {absent} is not installed", file=sys.stderr)
        return
    from pyspark.sql import SparkSession

    requests, *answers = sys.argv[1:] or [str(Path(__file__).with_name("fleet.jsonl"))]
    spark = SparkSession.builder.appName("dynamo-plan").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    lines = spark.sparkContext.textFile(requests)
    # A wrong line is answered by an `error` and ends `batch` with status 2: no reason to fail the job.
    answered = lines.pipe(shlex.join(COMMAND), env=dict(os.environ), checkCode=False)
    if answers:
        answered.saveAsTextFile(answers[0])
    else:
        satisfied = answered.filter(lambda line: json.loads(line).get("satisfiable", False)).count()
        print(f"{satisfied} of {lines.count()} workloads have a plan")
    spark.stop()


main()
