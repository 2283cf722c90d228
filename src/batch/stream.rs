//! Lines in, their answers out, in the order of the lines: on one thread or on several.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::Batch;
use super::blocks::{LineBlock, LineBlockReader};

/// How much is written at once while input is at hand, and about how much of it is taken at once.
const CHUNK: usize = 64 << 10;

/// About how much input a thread takes at once: little, so that none waits long for another at the end.
const BLOCK: usize = 8 << 10;

/// How many blocks may be on their way for each thread. It bounds the memory.
const BLOCKS_PER_JOB: usize = 4;

/// Memory that answers may keep for those that come after them.
const MOST_KEPT: usize = 1 << 20;

/// Why a batch ends before its input does.
#[derive(Debug)]
pub enum StreamError {
    /// The input cannot be read.
    Input(io::Error),
    /// The answers cannot be written.
    Output {
        /// The reason.
        error: io::Error,
        /// Whether every line before that was understood.
        all_understood: bool,
    },
}

/// Answers line after line, and gives whether every one was understood. What is answered is written before
/// more input is waited for.
///
/// # Errors
///
/// Where the input cannot be read, or the answers cannot be written.
pub fn answer_stream(
    batch: &mut Batch<'_>,
    input: impl Read,
    output: &mut impl Write,
) -> Result<bool, StreamError> {
    let mut reader = LineBlockReader::new(input);
    let (mut block, mut out, mut all_understood) = (LineBlock::default(), Vec::new(), true);
    while reader.next_block(CHUNK, &mut block).map_err(StreamError::Input)? {
        while let Some(line) = block.next_line() {
            all_understood &= batch.answer_raw(&line, &mut out);
            if out.len() >= CHUNK {
                write(&mut out, output, all_understood)?;
            }
        }
        write(&mut out, output, all_understood)?;
    }
    Ok(all_understood)
}

/// The same on so many threads, each with a batch of its own. The answers are the same bytes, and their order
/// is that of the lines.
///
/// # Errors
///
/// Where the input cannot be read, or the answers cannot be written.
pub fn answer_stream_on<'b>(
    threads: usize,
    open: impl Fn() -> Batch<'b> + Sync,
    input: impl Read + Send + 'static,
    output: &mut impl Write,
) -> Result<bool, StreamError> {
    let (events, inbox) = mpsc::channel();
    let (free, free_work) = mpsc::channel();
    for _ in 0..threads * BLOCKS_PER_JOB {
        let _ = free.send(Work::default());
    }
    // Not one of the scope: it may wait for input that never comes when nobody reads the answers any more.
    let found = events.clone();
    thread::spawn(move || read_blocks(input, &free_work, &found));
    let (tasks, queue) = mpsc::channel();
    let (queue, open) = (&Mutex::new(queue), &open);
    thread::scope(|scope| {
        for _ in 0..threads {
            let events = events.clone();
            scope.spawn(move || answer_blocks(&mut open(), queue, &events));
        }
        drop(events);
        // When it returns, no task comes any more, which ends the threads.
        collect(&inbox, tasks, &free, output)
    })
}

/// A block of lines on its way, and their answers. It is used again and again.
#[derive(Default)]
struct Work {
    position: usize,
    block: LineBlock,
    answers: Vec<u8>,
    all_understood: bool,
}

/// Something happened to the input or to a block of it.
enum Event {
    Read(Work),
    Answered(Work),
    End(io::Result<()>),
}

/// Reads blocks as long as there is anything to read them into.
fn read_blocks(input: impl Read, free: &Receiver<Work>, events: &Sender<Event>) {
    let mut reader = LineBlockReader::new(input);
    for (position, mut work) in free.iter().enumerate() {
        work.position = position;
        let event = match reader.next_block(BLOCK, &mut work.block) {
            Ok(true) => Event::Read(work),
            Ok(false) => Event::End(Ok(())),
            Err(error) => Event::End(Err(error)),
        };
        let is_end = matches!(event, Event::End(_));
        if events.send(event).is_err() || is_end {
            return;
        }
    }
}

/// Answers blocks until there are no more.
fn answer_blocks(batch: &mut Batch<'_>, queue: &Mutex<Receiver<Work>>, events: &Sender<Event>) {
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(mut work) = next else { return };
        work.all_understood = true;
        while let Some(line) = work.block.next_line() {
            work.all_understood &= batch.answer_raw(&line, &mut work.answers);
        }
        if events.send(Event::Answered(work)).is_err() {
            return;
        }
    }
}

/// Hands blocks to the threads, and writes their answers in order.
fn collect(
    inbox: &Receiver<Event>,
    tasks: Sender<Work>,
    free: &Sender<Work>,
    output: &mut impl Write,
) -> Result<bool, StreamError> {
    let (mut read, mut written, mut end) = (0, 0, None);
    let mut answered: BTreeMap<usize, Work> = BTreeMap::new();
    let mut all_understood = true;
    while end.is_none() || written < read {
        // The threads hold the other end until there are no more tasks.
        let Ok(event) = inbox.recv() else { break };
        match event {
            Event::Read(work) => {
                read += 1;
                let _ = tasks.send(work);
            }
            Event::End(result) => end = Some(result),
            Event::Answered(work) => {
                answered.insert(work.position, work);
                while let Some(mut work) = answered.remove(&written) {
                    written += 1;
                    all_understood &= work.all_understood;
                    write(&mut work.answers, output, all_understood)?;
                    work.answers.shrink_to(MOST_KEPT);
                    let _ = free.send(work);
                }
            }
        }
    }
    drop(tasks);
    end.unwrap_or(Ok(())).map(|()| all_understood).map_err(StreamError::Input)
}

/// Writes what is answered.
fn write(
    answers: &mut Vec<u8>,
    output: &mut impl Write,
    all_understood: bool,
) -> Result<(), StreamError> {
    let written = output.write_all(answers).and_then(|()| output.flush());
    answers.clear();
    written.map_err(|error| StreamError::Output { error, all_understood })
}
