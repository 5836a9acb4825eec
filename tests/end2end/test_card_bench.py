"""The bench of graphics cards, with the processor in a card's place."""

from typing import Any

import pytest

from bedside_dx.models.engines.onnxruntime_engine import PROVIDERS, ort
from bench import __main__ as benches
from bench import gpu
from bench._card_time import waiting_share


@pytest.mark.parametrize(
    ("spans", "share"),
    [
        ([], 1.0),
        ([(0.0, 10.0)], 0.0),
        ([(-5.0, 2.0), (9.0, 20.0)], 0.7),
        ([(1.0, 4.0), (2.0, 3.0), (3.0, 6.0)], 0.5),
        ([(8.0, 9.0), (0.0, 1.0)], 0.8),
        ([(-3.0, -1.0), (11.0, 12.0)], 1.0),
    ],
)
def test_a_card_waits_while_none_of_its_runs_is_open(
    spans: list[tuple[float, float]], share: float
) -> None:
    assert waiting_share(spans, 0.0, 10.0) == pytest.approx(share)


def test_a_slide_is_read_and_every_figure_is_there() -> None:
    figures = gpu.main(["cpu"], side=6144, seconds=0.1)
    assert benches.flat(figures) == figures
    assert tuple(figures) == gpu.FIGURES
    rate, share, waits, lasted, batch = (figures[name] or 0.0 for name in gpu.FIGURES)
    assert rate > 0 < share
    assert 0 <= waits < 1
    assert rate * lasted > 50  # patches: about a hundred lie on the tissue
    assert batch in {8, 16, 32, 64}


def test_a_build_for_cards_without_a_card_measures_nothing_and_says_why(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    real, native = ort.InferenceSession, list(PROVIDERS.values())

    def without_card(*given: Any, providers: list[Any], **rest: Any) -> Any:
        if providers != [PROVIDERS["cpu"]]:
            raise RuntimeError("CUDA failure 100: no CUDA-capable device is detected ; GPU=-1")
        return real(*given, providers=providers, **rest)

    monkeypatch.setattr(ort, "get_available_providers", lambda: native)
    monkeypatch.setattr(ort, "InferenceSession", without_card)
    assert gpu.main() == dict.fromkeys(gpu.FIGURES)
    said = capsys.readouterr().out
    assert said.count("no CUDA-capable device is detected") == len(gpu.CARDS)
    assert "nothing measured" in said
