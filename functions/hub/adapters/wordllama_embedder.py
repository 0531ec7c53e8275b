"""Embeddings without a service: wordllama's static vectors of tokens, averaged.

The package `wordllama` carries weights and tokenizer; both are read from its folder, and none of
its code runs: it would load more, and look for models on the network.
https://github.com/dleemiller/WordLlama (MIT)
"""

from array import array
from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.domain.errors import MisconfiguredError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENIZER = "tokenizers/l2_supercat_tokenizer_config.json"
_DIMENSIONS = 256
_LONGEST = 20_000
"""Characters of a text that are looked at; a chunk has far fewer."""


class WordLlamaEmbedder:
    """Embeds on this machine. Vectors have length 1, or 0 for a text without tokens."""

    model = "wordllama:l2-supercat-256"
    dimensions = _DIMENSIONS
    at_once = 5000

    def embed(self, texts: Sequence[str]) -> list[array[float]]:
        """The vectors of texts, float32, in their order."""
        import numpy as np

        encoded = self._tokenizer.encode_batch(
            # The tokens' vectors differ by case, which says more of the place than of the meaning.
            [text[:_LONGEST].lower() for text in texts],
            add_special_tokens=False,
        )
        vectors = []
        for found in encoded:
            rows = self._weights[found.ids] if found.ids else np.zeros((1, _DIMENSIONS))
            mean = rows.astype(np.float32).mean(axis=0)
            length = float(np.linalg.norm(mean))
            vectors.append(array("f", (mean / length if length else mean).tobytes()))
        return vectors

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer: Tokenizer = Tokenizer.from_file(str(_folder() / _TOKENIZER))
        tokenizer.no_padding()
        tokenizer.no_truncation()
        return tokenizer

    @cached_property
    def _weights(self) -> Any:
        """One vector a token, mapped into memory: only the rows that are asked for are read.

        The safetensors format is a length, a JSON header and the numbers.
        """
        import json

        import numpy as np

        path = _folder() / _WEIGHTS
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            tensor = json.loads(file.read(size))["embedding.weight"]
        start = 8 + size + tensor["data_offsets"][0]
        return np.memmap(path, np.float16, "r", start, tuple(tensor["shape"]))


def _folder() -> Path:
    """Where the package is, without importing it."""
    spec = find_spec("wordllama")
    if spec is None or spec.origin is None:
        raise MisconfiguredError(
            "the package wordllama is not in this function's layers; add the knowledge layer, or "
            "set the stack's parameter KnowledgeEmbedder to titan"
        )
    return Path(spec.origin).parent
