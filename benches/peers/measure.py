"""What every peer in Python shares: reading questions, answering them for a while, saying how long it took."""

import json
import resource
import sys
import time


def read(path):
    """A file of JSON."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def read_lines(path):
    """A file of JSON Lines."""
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def processor_seconds():
    """The CPU time so far, of this process and of those that it started and that ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def measured(answer, questions, seconds):
    """All answers, and the nanoseconds of CPU time that one takes: all questions are answered once, and then
    as often as there is time for."""
    start = processor_seconds()
    answers = [answer(question) for question in questions]
    spent, passes = processor_seconds() - start, 1
    if spent < seconds:
        spent, passes = 0, 0
    while spent < seconds:
        start = processor_seconds()
        for question in questions:
            answer(question)
        spent += processor_seconds() - start
        passes += 1
    return answers, 1e9 * spent / (passes * len(questions))


def main(prepare):
    """Runs `GRID QUESTIONS SECONDS`: prints the nanoseconds of an answer, and all answers.

    `prepare` takes the grid and the questions; it gives what answers a question, the questions as that is
    asked, and what turns an answer into what is compared. Only answering is timed.
    """
    grid, questions, seconds = read(sys.argv[1]), read_lines(sys.argv[2]), float(sys.argv[3])
    answer, prepared, show = prepare(grid, questions)
    answers, nanoseconds = measured(answer, prepared, seconds)
    answers = [show(one) for one in answers]
    json.dump({"nanoseconds": nanoseconds, "answers": answers}, sys.stdout, separators=(",", ":"))
