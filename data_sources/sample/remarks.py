"""What do Riverton's residents write? Comments put together from many small grammars, in English and Spanish, with slips of the finger, and now and
then a name or number that must be taken out before anyone reads them.

Planted: 'response' grows from quarter 8 on in all areas; in the area of the event 'fairness' and 'accountability' take over afterwards, and a third
of its comments speak of April, when it happened.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

import numpy as np

RATE_NAME, RATE_NUMBER, RATE_SLIP = 0.05, 0.04, 0.12
AFTERWARDS = 3  # in the area of the event one comment of so many speaks of it
SPOKEN_OF = (
    ("April is still an open wound here.", "April is not forgotten.", "April changed this neighborhood."),
    ("Abril sigue siendo una herida abierta.", "No olvidamos lo de abril."),
)
FIRST = (
    "James",
    "Maria",
    "Robert",
    "Linda",
    "Carlos",
    "Angela",
    "David",
    "Denise",
    "Luis",
    "Karen",
    "Marcus",
    "Rosa",
    "Kevin",
    "Tanya",
    "Miguel",
    "Susan",
)
LAST = (
    "Alder",
    "Benton",
    "Castillo",
    "Dorsey",
    "Ellison",
    "Fuentes",
    "Garner",
    "Hollis",
    "Ibarra",
    "Jennings",
    "Keller",
    "Lozano",
    "Mercer",
    "Norwood",
)
STREETS = ("Maple Street", "Canal Road", "Fifth Avenue", "Mill Lane", "Harbor Drive", "Orchard Street", "Depot Road")
PLACES = (
    "near the school",
    "by the bus stop",
    "on our block",
    "around the park",
    "downtown",
    "by the river path",
    "at the shopping center",
    "near the library",
)
PLACES_ES = ("cerca de la escuela", "en la parada del autobús", "en nuestra cuadra", "por el parque", "en el centro", "cerca del río")
THEMES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "youth": (
        ("Give the teenagers something to do.", "Open the gym {place} at night for kids.", "School officers do a good job with the kids."),
        ("Hace falta algo para los jóvenes.", "Abran el gimnasio por la noche."),
    ),
    "accountability": (
        (
            "Release the body camera video sooner.",
            "Nobody told us what happened with our complaint.",
            "Officers should answer for what they do.",
            "Be honest about mistakes.",
            "Discipline the officers involved.",
        ),
        ("Publiquen los videos de las cámaras.", "Nadie nos dijo qué pasó con la queja.", "Que respondan por lo que hacen."),
    ),
    "gratitude": (
        (
            "Thank you for all you do.",
            "Keep up the good work.",
            "They found my mother when she wandered off, we are grateful.",
            "Great job at the block party.",
        ),
        ("Gracias por su trabajo.", "Sigan así, buen trabajo."),
    ),
    "traffic": (
        (
            "Cars race {place} every night.",
            "Please do something about speeding {place}.",
            "People run the stop sign {place} all day.",
            "More traffic enforcement {place} would help.",
            "Drivers ignore the speed limit {place}.",
        ),
        ("Los carros van demasiado rápido {place}.", "Hace falta más control del tráfico {place}.", "Nadie respeta el alto {place}."),
    ),
    "response": (
        (
            "It took over an hour for anyone to come when we called.",
            "Answer the phone faster.",
            "I called twice and nobody showed up.",
            "Response time {place} is too slow.",
            "We waited forty minutes for an officer.",
        ),
        ("Tardaron más de una hora en llegar.", "Llamé dos veces y nadie vino.", "Que respondan más rápido a las llamadas."),
    ),
    "respect": (
        (
            "Some officers talk down to people.",
            "The officer I met was polite and listened.",
            "Treat people with respect, that is all.",
            "They were rude to my neighbor {place}.",
            "Officers here are courteous and helpful.",
        ),
        ("Algunos agentes hablan con desprecio.", "El agente fue amable y escuchó.", "Que traten a la gente con respeto."),
    ),
    "fairness": (
        (
            "Stop treating young Black men like suspects.",
            "They pull over people who look like me far more often.",
            "Everybody should be treated the same.",
            "It depends on what street you live on how they treat you.",
            "Racial profiling {place} has to end.",
        ),
        ("No traten distinto a los que hablan español.", "Paran más a los latinos {place}.", "Que traten a todos por igual."),
    ),
    "patrol": (
        (
            "I would like to see officers walking {place}.",
            "More foot patrols please.",
            "We never see a patrol car {place}.",
            "More presence in the evening would make me feel safer.",
        ),
        ("Más patrullas a pie {place}.", "Casi nunca se ve una patrulla {place}.", "Más presencia por la noche."),
    ),
    "drugs": (
        ("People sell drugs {place} in daylight.", "There are needles {place}.", "The dealing {place} never stops."),
        ("Venden drogas {place} a plena luz.", "Hay jeringas {place}."),
    ),
    "homeless": (
        (
            "People who are homeless {place} need help, not tickets.",
            "Send someone trained for mental health calls.",
            "The encampment {place} worries me.",
        ),
        ("La gente sin hogar {place} necesita ayuda.", "Manden a alguien preparado para crisis mentales."),
    ),
    "property": (
        (
            "My car was broken into {place} twice.",
            "Packages are stolen from porches.",
            "The burglary at our place was never solved.",
            "Catalytic converters keep vanishing.",
        ),
        ("Me rompieron el carro {place}.", "Roban paquetes de las puertas."),
    ),
    "violence": (
        ("I hear gunshots {place} most weekends.", "The shootings {place} have to stop.", "Too many guns."),
        ("Se oyen disparos {place} los fines de semana.", "Demasiadas armas."),
    ),
}
SHARES = np.array([0.05, 0.04, 0.04, 0.17, 0.10, 0.10, 0.08, 0.12, 0.06, 0.08, 0.10, 0.06])
OPENERS = ("", "", "", "Honestly, ", "In my opinion ", "Just one thing: ", "Look, ", "As a resident for ten years, ", "Please, ")
CLOSERS = (
    "",
    "",
    "",
    " Thanks.",
    " That is all.",
    " It has been like this for months.",
    " I hope this helps.",
    " Nobody seems to care.",
    " Please listen.",
)
GOOD = (
    "The officer was kind and patient.",
    "Very professional.",
    "She explained everything to me.",
    "They came quickly and listened.",
    "I was treated fairly.",
)
BAD = (
    "The officer was rude and would not listen.",
    "He never said why he stopped me.",
    "I felt humiliated.",
    "Nobody called me back.",
    "They did nothing.",
)
GOOD_ES = ("El agente fue amable y paciente.", "Me explicó todo.", "Llegaron rápido.")
BAD_ES = ("El agente fue grosero.", "No me dijo por qué me paró.", "Nadie me llamó después.")


def name(rng: np.random.Generator) -> str:
    """An invented name."""
    return f"{rng.choice(FIRST)} {rng.choice(LAST)}"


def phone(rng: np.random.Generator) -> str:
    """A number that nobody has (555-01xx)."""
    return f"614-555-01{rng.integers(0, 100):02d}"


def weights(quarter: int, *, after_event: bool) -> np.ndarray:
    """How often is each theme raised? The planted shifts."""
    made = SHARES.copy()
    names = list(THEMES)
    if quarter >= 8:
        made[names.index("response")] *= 1.9
    if after_event:
        made[names.index("fairness")] *= 3.0
        made[names.index("accountability")] *= 4.0
    return np.asarray(made / made.sum())


def community(rng: np.random.Generator, quarter: int, *, spanish: bool, after_event: bool, trust: float) -> str:
    """One resident's suggestion: one theme, sometimes two."""
    names = list(THEMES)
    count = 2 if rng.random() < 0.28 else 1
    chosen = rng.choice(len(names), count, replace=False, p=weights(quarter, after_event=after_event))
    if trust > 82 and rng.random() < 0.4:
        chosen[0] = names.index("gratitude")
    texts = [_pick(rng, THEMES[names[int(one)]][spanish]) for one in chosen]
    text = _finished(rng, texts, spanish=spanish)
    return f"{text} {_of_the_event(text, spanish=spanish)}".strip() if after_event else text


def _of_the_event(text: str, *, spanish: bool) -> str:
    """What every third comment adds about the event; by the text itself, so that no other draw changes."""
    number, sentences = zlib.crc32(text.encode()), SPOKEN_OF[spanish]
    return sentences[number // AFTERWARDS % len(sentences)] if number % AFTERWARDS == 0 else ""


def contact(rng: np.random.Generator, *, spanish: bool, level: float) -> str:
    """One person's words after a contact, kinder the better it went."""
    good, bad = (GOOD_ES, BAD_ES) if spanish else (GOOD, BAD)
    texts = [_pick(rng, good if rng.random() < level / 100 else bad)]
    return _finished(rng, texts, spanish=spanish)


def _pick(rng: np.random.Generator, sentences: Sequence[str]) -> str:
    """One sentence."""
    return sentences[int(rng.integers(0, len(sentences)))]


def _finished(rng: np.random.Generator, texts: list[str], *, spanish: bool) -> str:
    """Places filled in, an opening and a close, a name or number now and then, and slips of the finger."""
    places = PLACES_ES if spanish else PLACES
    text = " ".join(part.replace("{place}", _pick(rng, places)) for part in texts)
    if not spanish:
        opener = _pick(rng, OPENERS)
        text = (opener + (text[0].lower() + text[1:] if opener.endswith((", ", "opinion ")) and not text.startswith("I ") else text)) + _pick(
            rng, CLOSERS
        )
    if rng.random() < RATE_NAME:
        text += f" Pregunten por {name(rng)}." if spanish else f" Officer {_pick(rng, LAST)} knows about it."
    if rng.random() < RATE_NUMBER:
        text += f" Mi número es {phone(rng)}." if spanish else f" Call me at {phone(rng)}."
    return _slip(rng, text) if rng.random() < RATE_SLIP else text


def _slip(rng: np.random.Generator, text: str) -> str:
    """Two letters exchanged, or everything in small letters."""
    if rng.random() < 0.4:
        return text.lower()
    place = int(rng.integers(1, max(2, len(text) - 2)))
    return text[:place] + text[place + 1 : place + 2] + text[place] + text[place + 2 :]
