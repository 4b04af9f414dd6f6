"""The reader's network: one encoder, heads for words, and a scorer for pairs of spans."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from corpora import TYPES
from sayso.encoder.tokens import TRAITS
from sayso.reading.attributions import CHOICES, CHOOSABLE, FEATURES
from sayso.reading.mentions import NAME_TYPES
from sayso.reading.tagger import ROLES

# Those of spans, types of sources and of names, outside, begin or go on with a time, and of each of these whether in it.
WITHIN = ("heading", "rejected", "denial", "female", "nested", "quantity", "narrated")
LABELS = ROLES * 3 + len(TYPES) + len(NAME_TYPES) + 3 + len(WITHIN)
ENDS = 96  # size of the vector that stands for one end of a span
HIDDEN = 64


@dataclass
class Pairs:
    """The pairs of one choice in a batch.

    Attributes:
        dep, head: int64 [pairs, 3], window, first word's place and last word's place in the window.
        features: int64 [pairs, features of the choice].
        row, column: int64 [pairs], which chooser a pair is for, and its place among the candidates.
        alone: int64 [choosers, 3], as ``dep``.
        right: bool [choosers, columns], the columns that are right; the last stands for none.
    """

    dep: Tensor
    head: Tensor
    features: Tensor
    row: Tensor
    column: Tensor
    alone: Tensor
    right: Tensor


class Scorer(nn.Module):
    """Scores whether one span belongs to another, or to none."""

    def __init__(self, features: tuple[int, ...]) -> None:
        super().__init__()
        self.dep = nn.Linear(ENDS, HIDDEN)
        self.head = nn.Linear(ENDS, HIDDEN, bias=False)
        self.both = nn.Linear(ENDS, HIDDEN, bias=False)
        self.lie = nn.Embedding(sum(features), HIDDEN)
        self.out = nn.Linear(HIDDEN, 1)
        self.none = nn.Sequential(nn.Linear(ENDS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))
        nn.init.normal_(self.lie.weight, std=0.1)
        offsets = [sum(features[:i]) for i in range(len(features))]
        self.register_buffer("offsets", torch.tensor(offsets))

    def forward(self, dep: Tensor, head: Tensor, features: Tensor) -> Tensor:
        lie = self.lie(features + self.offsets).sum(1)
        return self.out(torch.relu(self.dep(dep) + self.head(head) + self.both(dep * head) + lie)).squeeze(-1)


class Network(nn.Module):
    """Encoder and heads.

    ``forward`` takes wordpieces int64 [windows, length], traits of the same shape, and an attention mask, and gives
    labels [windows, length, LABELS] and the vectors of span ends [windows, length, 2 * ROLES, ENDS] (first and last of
    each role).
    """

    def __init__(self, start: Path) -> None:
        super().__init__()
        config = BertConfig.from_json_file(str(start / "config.json"))
        config.attention_probs_dropout_prob = 0.0
        config.hidden_dropout_prob = 0.1
        config._attn_implementation = "sdpa"
        self.bert = BertModel(config, add_pooling_layer=False)
        weights = {k.removeprefix("bert."): v for k, v in load_file(start / "model.safetensors").items()}
        missing, _ = self.bert.load_state_dict(weights, strict=False)
        if missing:
            raise ValueError(f"the start model lacks {missing[:3]}")
        self.traits = nn.Embedding(TRAITS, config.hidden_size)
        nn.init.normal_(self.traits.weight, std=0.01)
        self.dropout = nn.Dropout(0.1)
        self.labels = nn.Linear(config.hidden_size, LABELS)
        self.ends = nn.Linear(config.hidden_size, 2 * ROLES * ENDS)
        self.scorers = nn.ModuleList(Scorer(features) for features in FEATURES)

    def forward(self, pieces: Tensor, traits: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
        embedded = self.bert.embeddings.word_embeddings(pieces) + self.traits(traits)
        hidden = self.bert.embeddings(inputs_embeds=embedded)
        if mask is None:
            mask = torch.ones_like(pieces)
        bias = (1 - mask)[:, None, None, :].to(hidden.dtype) * -1e4
        for layer in self.bert.encoder.layer:
            hidden = layer(hidden, bias)
        hidden = self.dropout(hidden)
        return self.labels(hidden), self.ends(hidden)

    def choose(self, choice: int, ends: Tensor, pairs: Pairs) -> Tensor:
        """Scores [choosers, CHOOSABLE + 1] of one choice, the last column for none."""
        dep_role, head_role = CHOICES[choice]
        ends = ends.unflatten(-1, (2 * ROLES, ENDS))

        def vectors(places: Tensor, role: int) -> Tensor:
            return ends[places[:, 0], places[:, 1], 2 * role] + ends[places[:, 0], places[:, 2], 2 * role + 1]

        scorer = self.scorers[choice]
        scores = torch.full((len(pairs.alone), CHOOSABLE[choice] + 1), -1e4)
        scores[:, -1] = scorer.none(vectors(pairs.alone, dep_role)).squeeze(-1)
        scores[pairs.row, pairs.column] = scorer(vectors(pairs.dep, dep_role), vectors(pairs.head, head_role), pairs.features)
        return scores
