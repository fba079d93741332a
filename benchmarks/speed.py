"""Speed beside the usual choice: a transformers pipeline with a model of XLM-R base's size, on the same texts.

    EMBERWATCH_DATA=../shared python -m benchmarks.speed [--texts 6960] [--sample 300] [--turns 3] [--threads 2]

The umsab test texts. Both take turns in one run, with the same number of threads, torch's at the best of four batch
sizes. Its weights are random and its tokenizer is ours: neither changes how long a text takes. It needs torch
(`pip install 'emberwatch[torch]'`); without it only ours is measured. Loading and memory are those of fresh processes
that do nothing else: one loads and reads a single text, the other reads all texts and long ones.
"""

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from monitor.analysis.assess import Assessor, load_assessor
from monitor.analysis.model import BUILTIN, SentimentModel
from monitor.analysis.options import AnalysisOptions
from training.data import read, sample

BATCH_SIZES = (1, 8, 16, 32)
PROBED = 64
AT_ONCE = 32
"""Texts that the analyse job reads at a time."""
MOST_MEGABYTES, MOST_SECONDS = 400, 3.0

_LOADING = """
import time
started = time.perf_counter()
from monitor.analysis.assess import load_assessor
from monitor.analysis.options import AnalysisOptions
assessor = load_assessor(AnalysisOptions(threads={threads}))
loaded = time.perf_counter() - started
assessor.assess(["one text"])
print(loaded)
"""
_MEMORY = """
import resource, sys
from monitor.analysis.assess import load_assessor
from monitor.analysis.options import AnalysisOptions
from training.data import read
assessor = load_assessor(AnalysisOptions(threads={threads}))
loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
texts = [row.text for row in read("test", "umsab")][:{texts}]
texts += [" ".join(texts[start : start + 200]) for start in range(0, min(len(texts), 400), 50)]
assessor.assess(texts)
for start in range(0, len(texts), 32):
    assessor.assess(texts[start : start + 32])
print(loaded / 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""

Reads = Callable[[Sequence[str]], object]


def timed(reads: Reads, texts: Sequence[str]) -> tuple[float, float]:
    """Texts per second of the clock and of the processor."""
    started, used = time.perf_counter(), time.process_time()
    reads(texts)
    return len(texts) / (time.perf_counter() - started), len(texts) / (time.process_time() - used)


def ours(assessor: Assessor, model: SentimentModel) -> dict[str, Reads]:
    def as_the_job_does(texts: Sequence[str]) -> None:
        for start in range(0, len(texts), AT_ONCE):
            assessor.assess(texts[start : start + AT_ONCE])

    return {
        "whole assessment, all at once": assessor.assess,
        f"whole assessment, {AT_ONCE} at a time": as_the_job_does,
        "sentiment and embedding alone": model.predict,
    }


def pipeline_reads(threads: int) -> Callable[[Sequence[str], int], object]:
    """The pipeline: texts and batch size to labels. Texts are sorted by length, which helps its larger batches."""
    import torch
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaForSequenceClassification, pipeline

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    config = XLMRobertaConfig(
        vocab_size=250_002, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072,
        max_position_embeddings=514, type_vocab_size=1, num_labels=3,
    )  # fmt: skip
    model = XLMRobertaForSequenceClassification(config).eval()
    print(f"beside it: {sum(weight.numel() for weight in model.parameters()) / 1e6:.0f} million parameters")
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(BUILTIN / "tokenizer.json"))
    tokenizer.add_special_tokens({"pad_token": "<pad>"})
    classify: Any = pipeline("text-classification", model=model, tokenizer=tokenizer, device="cpu")

    def reads(texts: Sequence[str], batch_size: int) -> object:
        ordered = sorted(texts, key=len)
        with torch.inference_mode():
            return classify(ordered, batch_size=batch_size, truncation=True, max_length=128)

    return reads


def best_batch_size(reads: Callable[[Sequence[str], int], object], texts: Sequence[str]) -> int:
    reads(texts[:8], 8)
    rates = {size: timed(lambda some, size=size: reads(some, size), texts)[0] for size in BATCH_SIZES}
    print("probed, texts/s by batch size:", {size: round(rate, 1) for size, rate in rates.items()})
    return max(rates, key=lambda size: rates[size])


def in_turns(readers: dict[str, tuple[Reads, Sequence[str]]], turns: int) -> dict[str, tuple[float, float]]:
    """The median over the turns of each reader's two rates."""
    rates: dict[str, list[tuple[float, float]]] = {name: [] for name in readers}
    for _ in range(turns):
        for name, (reads, texts) in readers.items():
            rates[name].append(timed(reads, texts))
    return {
        name: (statistics.median(wall for wall, _ in found), statistics.median(used for _, used in found))
        for name, found in rates.items()
    }


def fresh(script: str) -> list[float]:
    """The numbers that a fresh process prints."""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return [float(number) for number in done.stdout.split()]


def measured(options: argparse.Namespace) -> dict[str, Any]:
    # First of all: a process begins with the peak of the one that started it.
    loading = min(fresh(_LOADING.format(threads=options.threads))[0] for _ in range(options.turns))
    loaded, peak = fresh(_MEMORY.format(threads=options.threads, texts=options.texts))
    texts = [row.text for row in sample(list(read("test", "umsab")), options.texts)]
    some = sample(texts, options.sample)
    assessor = load_assessor(AnalysisOptions(threads=options.threads))
    model = SentimentModel.load(threads=options.threads)
    readers: dict[str, tuple[Reads, Sequence[str]]] = {
        name: (reads, texts) for name, reads in ours(assessor, model).items()
    }
    if importlib.util.find_spec("torch"):
        reads = pipeline_reads(options.threads)
        size = best_batch_size(reads, sample(some, PROBED))
        readers[f"transformers pipeline, batches of {size}"] = (lambda given: reads(given, size), some)
    else:
        print("torch is not installed (pip install 'emberwatch[torch]'): only ours is measured")
    assessor.assess(some[:AT_ONCE])
    rates = in_turns(readers, options.turns)
    return {"texts": len(texts), "different": len(set(texts)), "sample": len(some), "threads": options.threads,
            "rates": rates, "loading_seconds": loading, "loaded_megabytes": loaded, "peak_megabytes": peak}  # fmt: skip


def show(found: dict[str, Any]) -> None:
    *own, last = found["rates"]
    slow = found["rates"][last] if last.startswith("transformers") else None
    print(f"{found['texts']} texts, {found['different']} different; {found['threads']} threads; medians of the turns")
    print(f"{'':40}{'texts/s':>10}{'per s of processor':>20}{'times the pipeline':>20}")
    for name, (wall, used) in found["rates"].items():
        ratio = f"{wall / slow[0]:.1f}" if slow and name in own else ""
        print(f"{name:40}{wall:>10.1f}{used:>20.1f}{ratio:>20}")
    print(f"loading with imports: {found['loading_seconds']:.2f} s (at most {MOST_SECONDS:g})")
    print(
        f"memory: {found['loaded_megabytes']:.0f} MB loaded, {found['peak_megabytes']:.0f} MB at the peak "
        f"(less than {MOST_MEGABYTES})"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=6960, help="so many texts for ours")
    parser.add_argument("--sample", type=int, default=300, help="so many of them for the pipeline")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measured(options)
    if options.json:
        print(json.dumps(found, indent=1))
    else:
        show(found)


if __name__ == "__main__":
    main()
