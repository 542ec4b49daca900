"""What an encoder promises: unit vectors in order, whatever the text and its neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pytest
from marsad.embeddings import Encoder, load_model
from marsad.embeddings.encoder import Batch, batches
from marsad.embeddings.tokens import TextTokenizer, find_frame
from tokenizers import Tokenizer, models, pre_tokenizers
from tokenizers.processors import TemplateProcessing

WORDS = [f"w{number}" for number in range(40)]

TEXTS = [
    "نفت الشركة أن تكون قد باعت بيانات المستخدمين إلى جهات خارجية.",
    "عاد الصيادون إلى الميناء بعد ثلاثة أيام من العاصفة، وقالوا إن الأمواج بلغت ارتفاعا لم يروه "
    "من قبل. وأعلنت السلطات أن جميع القوارب سالمة.",
    "مسلسل جديد",
    "Der Verein sucht Trainer für die Jugend.",
    "In der Nacht brannte eine Lagerhalle am Hafen vollständig aus. Verletzt wurde niemand; die "
    "Feuerwehr war mit achtzig Leuten bis zum Morgen im Einsatz.",
    "A teacher in the mountain village built a library out of two old buses.",
    "The hackers demanded payment within three days and threatened to publish patient files. "
    "Hospital staff went back to paper for most of the week.",
    "Vote recount",
    "El volcán arrojó ceniza sobre tres provincias y obligó a cerrar el aeropuerto.",
    "Los vecinos denuncian que el ruido de las obras no cesa ni de noche.",
    "Une exposition consacrée aux cartes anciennes ouvre samedi à la bibliothèque.",
    "Grève des trains : un sur trois circule",
    "Учёные подсчитали птиц, зимующих на побережье, и нашли вдвое больше видов.",
    "Суд отложил рассмотрение дела до понедельника.",
    "考古学家公布了沉船中瓷器的照片。",
    "台风登陆后，三个县停课两天，铁路部门取消了四十多趟列车。",
    "Köprünün açılışına binlerce kişi katıldı.",
    "Merkez Bankası faizi değiştirmedi; piyasalar kararı bekliyordu.",
    "تیم ملی والیبال در نخستین بازی خود پیروز شد.",
    "بارش برف راه روستاها را بست و مدارس دو روز تعطیل شد.",
    "عدالت نے درخواست مسترد کر دی۔",
    "नदी का जलस्तर बढ़ने से कई गाँव खाली कराए गए।",
    "टीम ने आख़िरी ओवर में मैच जीता।",
    "Petani memprotes harga pupuk yang naik dua kali lipat.",
    "Pemerintah menunda pembukaan bandara baru hingga tahun depan.",
    "地震の後、町の図書館が避難所になった。",
    "새 박물관이 다음 달 문을 연다.",
    "Walimu wagoma wakidai mishahara yao ya miezi miwili.",
    "העירייה תשתול אלף עצים לאורך החוף.",
    "Οι μαθητές ζωγράφισαν τον τοίχο του σχολείου.",
    "Ngư dân tìm thấy một con rùa biển khổng lồ.",
    "โรงเรียนปิดสามวันเพราะน้ำท่วม",
]

ODD = [
    "", " ", "\t\n  ", "a", ".", "😀", "🔥🔥🔥🎉", "\x00\x01\x02", "\ud800 alone \udfff",
    "\ud83d\ude00", "\u200f\u200d", "\ufffd\ufffd", "<s> <mask> </s>", "x" * 30_000, "ا" * 3_000,
    "a\u0301" * 50, "12.05.2021 | 14:30", "ﷺ", "𓀀", "the " * 900,
]  # fmt: skip


class Counting:
    """An engine whose vectors count the tokens of each window, so that sums can be checked."""

    description = "counts"
    rows = 4
    tokens = 4096

    def __init__(self, size: int) -> None:
        self.size = size
        self.sizes: list[tuple[int, int]] = []

    def run(self, batches: Iterable[Batch]) -> Iterator[tuple[Batch, np.ndarray]]:
        """Count, and normalise."""
        done = []
        for batch in batches:
            self.sizes.append((len(batch.rows), max(map(len, batch.ids))))
            counts = np.stack([np.bincount(row, minlength=self.size) for row in batch.ids])
            lengths = np.linalg.norm(counts, axis=1, keepdims=True)
            done.append((batch, (counts / lengths).astype(np.float32)))
        yield from reversed(done)


@pytest.fixture
def counting() -> Encoder:
    """An encoder with windows of 16 tokens that counts words."""
    names = ["[PAD]", "[UNK]", "[B]", "[E]", "ask", "say", *WORDS]
    tokenizer = Tokenizer(
        models.WordLevel({name: at for at, name in enumerate(names)}, unk_token="[UNK]")
    )
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = TemplateProcessing(
        single="[B] $A [E]", special_tokens=[("[B]", 2), ("[E]", 3)]
    )
    tokenizer.add_special_tokens(["[PAD]", "[UNK]", "[B]", "[E]"])
    prompts = {"query": "ask ", "passage": "say "}
    frame = find_frame(tokenizer, window=16, prompts=prompts, pad_id=0, lower=False)
    return Encoder(
        name="counts",
        dimension=len(names),
        fingerprint="0",
        tokenizer=TextTokenizer(frame, lambda: tokenizer),
        engine=Counting(len(names)),
    )


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The default model as it runs here."""
    return load_model()


def test_a_short_text_stands_between_prompt_and_special_tokens(counting: Encoder) -> None:
    vector = counting.encode(["w0 w0 w1"], prompt="query")[0]
    wanted = np.zeros(len(vector))
    wanted[[2, 3, 4, 6, 7]] = [1, 1, 1, 2, 1]
    assert vector == pytest.approx(wanted / np.linalg.norm(wanted), abs=1e-6)


def test_every_word_of_a_long_text_counts(counting: Encoder) -> None:
    text = " ".join(WORDS)
    encoded = counting.encode_with_windows([text], prompt="passage")
    # 13 words beside the prompt and two special tokens, of which 2 are shared by neighbours:
    # windows begin at words 0, 11, 22 and 33.
    assert encoded.windows.tolist() == [4]
    seen = np.zeros(encoded.vectors.shape[1])
    for start in (0, 11, 22, 33):
        words = range(start, min(start + 13, 40))
        window = np.zeros_like(seen)
        window[[2, 3, 5]] = 1
        window[[6 + word for word in words]] = 1
        seen += window / np.linalg.norm(window) * (3 + len(words))
    assert encoded.vectors[0] == pytest.approx(seen / np.linalg.norm(seen), abs=1e-6)


def test_vectors_come_in_the_order_of_the_texts(counting: Encoder) -> None:
    generator = np.random.default_rng(0)
    texts = [" ".join(generator.choice(WORDS, generator.integers(0, 60))) for _ in range(50)]
    together = counting.encode(texts, prompt="passage")
    alone = np.concatenate([counting.encode([text], prompt="passage") for text in texts])
    assert together == pytest.approx(alone, abs=1e-6)


def test_chunks_change_nothing(counting: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [f"w{number % 40} w{number % 7}" for number in range(25)]
    whole = counting.encode_with_windows(texts, prompt="passage")
    monkeypatch.setattr("marsad.embeddings.encoder.CHUNK", 4)
    parts = counting.encode_with_windows(texts, prompt="passage")
    assert np.array_equal(whole.vectors, parts.vectors)
    assert np.array_equal(whole.windows, parts.windows)


def test_progress_adds_up_to_the_number_of_texts(counting: Encoder) -> None:
    steps: list[int] = []
    texts = ["w1", " ".join(WORDS * 3), "", "w2 w3"] * 5
    counting.encode(texts, prompt="passage", progress=steps.append)
    assert sum(steps) == len(texts)
    assert min(steps) > 0


def test_batches_hold_every_row_once_and_stay_small() -> None:
    rows = [np.zeros(length, np.int32) for length in [500, 3, 4096, 9000, 8, 2000, 1] * 3]
    made = list(batches(rows, Counting(1)))
    assert sorted(row for batch in made for row in batch.rows) == list(range(len(rows)))
    for batch in made:
        longest = max(map(len, batch.ids))
        assert len(batch.ids) == 1 or (len(batch.ids) <= 4 and longest * len(batch.ids) <= 4096)


def test_wrong_calls_are_refused(counting: Encoder) -> None:
    with pytest.raises(TypeError, match="not one str"):
        counting.encode("w1", prompt="query")
    with pytest.raises(ValueError, match="'query' or 'passage', not 'document'"):
        counting.encode(["w1"], prompt="document")  # type: ignore[arg-type]


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([], prompt="query").shape == (0, encoder.dimension)


def test_vectors_agree_with_sentence_transformers(encoder: Encoder) -> None:
    from marsad.embeddings.default_model import default_model_folder
    from marsad.embeddings.torch_engine import load_sentence_transformer

    model = load_sentence_transformer(default_model_folder(), "cpu")
    for kind in ("query", "passage"):
        wanted = model.encode(TEXTS, prompt_name=kind, show_progress_bar=False)
        cosines = (encoder.encode(TEXTS, prompt=kind) * wanted).sum(axis=1)
        assert cosines.mean() >= 0.999
        assert cosines.min() >= 0.995


def test_neighbours_do_not_matter(encoder: Encoder) -> None:
    texts = [*TEXTS, "word " * 700]
    together = encoder.encode(texts, prompt="passage")
    alone = np.concatenate([encoder.encode([text], prompt="passage") for text in texts])
    assert ((together * alone).sum(axis=1) >= 0.9999).all()


def test_any_text_gives_the_same_unit_vector_every_time(encoder: Encoder) -> None:
    for kind in ("query", "passage"):
        first = encoder.encode(ODD, prompt=kind)
        assert first.dtype == np.float32
        assert np.isfinite(first).all()
        assert np.linalg.norm(first, axis=1) == pytest.approx(1, abs=1e-5)
        assert np.array_equal(first, encoder.encode(ODD, prompt=kind))


def test_blank_texts_are_the_prompt_alone(encoder: Encoder) -> None:
    empty, space, lines = encoder.encode(["", "   ", "\n\t"], prompt="passage")
    assert empty @ space == pytest.approx(1, abs=1e-6)
    assert empty @ lines == pytest.approx(1, abs=1e-6)


def test_nothing_is_cut_off(encoder: Encoder) -> None:
    story = "The ferry left the harbour late because of the fog. " * 60
    other = "Scientists measured the sugar content of the new apple variety. " * 60
    encoded = encoder.encode_with_windows(
        [story, story + other, story[:50], other], prompt="passage"
    )
    assert encoded.windows.tolist() == [2, 4, 1, 2]
    alone, both, _, rest = encoded.vectors
    assert both @ rest > alone @ rest + 0.05


def test_threads_share_an_encoder(encoder: Encoder) -> None:
    from concurrent.futures import ThreadPoolExecutor

    wanted = encoder.encode(TEXTS, prompt="passage")
    with ThreadPoolExecutor(4) as pool:
        found = pool.map(lambda _: encoder.encode(TEXTS, prompt="passage"), range(4))
        for vectors in found:
            assert ((vectors * wanted).sum(axis=1) >= 0.9999).all()
