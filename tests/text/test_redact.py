"""What gives a person away is taken out, kind by kind; what only looks like it stays; and no text takes long."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.text import redact
from dashboard.text.labelled import comments, roster
from dashboard.text.quality import measure

ROSTER = redact.Roster.of(["Hollis, Dana M.", "Sgt. Kevin Brown", "Alma Fuentes", "Young, Beth", "Van Houten, Milo"])

FOUND = {
    "EMAIL": [
        ("write to jo.smith+police@mail.example.org please", "write to [EMAIL] please"),
        ("JO@EXAMPLE.COM", "[EMAIL]"),
        ("jo (at) example (dot) com", "[EMAIL]"),
        ("mi correo es ana_paz@ejemplo.mx.", "mi correo es [EMAIL]."),
        ("ana arroba ejemplo punto com", "[EMAIL]"),
    ],
    "PHONE": [
        ("Call (614) 555-0123 now", "Call [PHONE] now"),
        ("614-555-0123", "[PHONE]"),
        ("614.555.0123.", "[PHONE]."),
        ("614 555 0123", "[PHONE]"),
        ("6145550123", "[PHONE]"),
        ("1-614-555-0123", "[PHONE]"),
        ("+1 (614) 555-0123 ext. 44", "[PHONE]"),
        ("my number is 555-0123", "my number is [PHONE]"),
        ("llámeme al 614 555 0123", "llámeme al [PHONE]"),
        ("+52 55 1234 5678", "[PHONE]"),
        ("cell: 614-5550123", "cell: [PHONE]"),
        ("614/555/0123", "[PHONE]"),
    ],
    "SSN": [
        ("my social is 219-09-9999", "my social is [SSN]"),
        ("SSN 219099999", "SSN [SSN]"),
        ("last four of my social security number: 4471", "last four of my social security number: [SSN]"),
        ("mi seguro social es 219-09-9999", "mi seguro social es [SSN]"),
    ],
    "BIRTH": [
        ("DOB 4/12/86", "DOB [BIRTH]"),
        ("date of birth: 1986-04-12", "date of birth: [BIRTH]"),
        ("I was born on April 12, 1986 here", "I was born on [BIRTH] here"),
        ("born on the 12th of April 1986", "born on the [BIRTH]"),
        ("his birthday is 04.12.1986", "his birthday is [BIRTH]"),
        ("nacida el 3 de mayo de 1968", "nacida el [BIRTH]"),
        ("Nací un 3 de mayo de 1968", "Nací un [BIRTH]"),
        ("fecha de nacimiento 03/05/1968", "fecha de nacimiento [BIRTH]"),
    ],
    "ADDRESS": [
        ("at 1425 Maple Street, Apt 4B, every night", "at [ADDRESS], every night"),
        ("at 1425 maple st", "at [ADDRESS]"),
        ("1207 W 5th Ave", "[ADDRESS]"),
        ("88 Martin Luther King Blvd", "[ADDRESS]"),
        ("14 N. Depot Rd. Unit 3", "[ADDRESS]"),
        ("Vivo en la calle Robles número 123", "Vivo en la [ADDRESS]"),
        ("avenida Juárez 45", "[ADDRESS]"),
        ("in apartment 12C next door", "in [ADDRESS] next door"),
        ("PO Box 1180", "[ADDRESS]"),
        ("Riverton, OH 43299", "Riverton, [ADDRESS]"),
    ],
    "PLATE": [
        ("license plate HJK 4821", "license plate [PLATE]"),
        ("plate number is 7abc123", "plate number is [PLATE]"),
        ("a blue Honda, GZT5590, racing", "a blue Honda, [PLATE], racing"),
        ("tag # JX 44 T", "tag # [PLATE]"),
        ("placas FGT-33-01", "placas [PLATE]"),
        ("matrícula 4321 BCD", "matrícula [PLATE]"),
    ],
    "BADGE": [
        ("badge 4417 was rude", "badge [BADGE] was rude"),
        ("Badge No. B-1193", "Badge No. [BADGE]"),
        ("shield #88", "shield #[BADGE]"),
        ("Officer #2208 smirked", "Officer #[BADGE] smirked"),
        ("unit 312 drove by", "unit [BADGE] drove by"),
        ("squad car 27", "squad car [BADGE]"),
        ("número de placa 4417", "número de placa [BADGE]"),
        ("la patrulla número 19", "la patrulla número [BADGE]"),
    ],
    "CASE": [
        ("Case no. 23-004512", "Case no. [CASE]"),
        ("case no. 23-004512", "case no. [CASE]"),
        ("CASE NUMBER: R-22-90817", "CASE NUMBER: [CASE]"),
        ("report 2300451 is wrong", "report [CASE] is wrong"),
        ("my complaint IA-2023-0117", "my complaint [CASE]"),
        ("2024-00031877 is closed", "[CASE] is closed"),
        ("el caso número 24-1973", "el caso número [CASE]"),
        ("folio 882210", "folio [CASE]"),
    ],
    "LINK": [
        ("see https://example.org/a?b=1 there", "see [LINK] there"),
        ("www.example.org", "[LINK]"),
        ("example.org/videos/7", "[LINK]"),
        ("follow @river_watch", "follow [LINK]"),
        ("insta: river.watch99", "insta: [LINK]"),
        ("from 203.0.113.77", "from [LINK]"),
    ],
    "NAME": [
        ("Officer Hollis was rude", "Officer [NAME] was rude"),
        ("officer hollis was rude", "officer [NAME] was rude"),
        ("OFFICER HOLLIS WAS RUDE", "OFFICER [NAME] WAS RUDE"),
        ("Ofc. J. R. Vandenberg wrote it", "Ofc. [NAME] wrote it"),
        ("Sgt. O'Malley and Lt. de la Cruz", "Sgt. [NAME] and Lt. [NAME]"),
        ("Officers Quimby and Wexler lied", "Officers [NAME] and [NAME] lied"),
        ("Mrs. Zielinski's dog", "Mrs. [NAME]'s dog"),
        ("my son Jaxtyn was there", "my son [NAME] was there"),
        ("my 16 year old son, Brylan, was there", "my 16 year old son, [NAME], was there"),
        ("I spoke with Wilhelmina at the desk", "I spoke with [NAME] at the desk"),
        ("My name is Oluwaseun Bakare.", "My name is [NAME]."),
        ("Maria Alvarado helped us", "[NAME] helped us"),
        ("ask for Shanice or come by", "ask for [NAME] or come by"),
        ("Fuentes is the only good one", "[NAME] is the only good one"),
        ("fuentes is the only good one", "fuentes is the only good one"),  # a word too, so only with a cue
        ("Officer Young helped the young", "Officer [NAME] helped the young"),
        ("Tremaine's mother still waits", "[NAME]'s mother still waits"),
        ("El oficial Quiñones me gritó", "El oficial [NAME] me gritó"),
        ("la agente Beatriz Solórzano", "la agente [NAME]"),
        ("a mi hijo Yadiel lo pararon", "a mi hijo [NAME] lo pararon"),
        ("la señora Otilia vive sola", "la señora [NAME] vive sola"),
        ("Me llamo Eusebio de la Torre", "Me llamo [NAME]"),
        ("Pregunten por don Chuy", "Pregunten por don [NAME]"),
        ("Hablé con Nayeli", "Hablé con [NAME]"),
        ("my neighbor Eun-ji Park saw it", "my neighbor [NAME] saw it"),
        ("Hi, I'm Denise.", "Hi, I'm [NAME]."),
        ("Officer Will Smith and Will Hernandez", "Officer [NAME] and [NAME]"),
        ("Soo-yeon Bae runs the store", "[NAME] runs the store"),
        ("Officer Black was fair to Black drivers", "Officer [NAME] was fair to Black drivers"),
        ("Sincerely, Barnaby Whitlock", "Sincerely, [NAME]"),
    ],
}
STAYS = [
    "Will there be more officers in May?",
    "The Chief of Police should walk Main Street.",
    "I waited 20 minutes on Main Street with 2 officers.",
    "In 2020 Main Street was quiet.",
    "Call 911, then 311.",
    "I have been here since 1998-2001, or 25 years.",
    "It happened between 10:30 and 11:45 on 6/12.",
    "Officer 10 times out of 10.",
    "2 way street, 4 way stop, 24 hour road work",
    "The unit 12 minutes away never came.",
    "Black and White officers, Brown and Young residents",
    "Grant Park, Madison Avenue, San Pedro and St. Paul",
    "The Officer was kind, the Sergeant too.",
    "A fine of $1,250 is 3.5 times as much as in 2019.",
    "COVID-19 and Form W-2",
    "Hope, Faith and Charity",
    "El agente fue amable y la señora también.",
    "Mi hijo tiene 15 años y vive en la calle Quinta.",
    "Vivo en San José desde 1999.",
    "The police department sent a Detective on Monday.",
    "I am Catholic. I'm Mexican. I am a Veteran.",
    "[NAME] called [PHONE] about [CASE]",
    "Ella no vino. Sean honestos. Linda gente. Nada cambia. Clara falta de respeto.",
    "Oficial de Policía, la Jefa de Policía, el Alcalde y la calle Benito Juárez",
    "NADIE VIENE CUANDO LLAMAMOS Y ELLA NO ESCUCHA",
    "They Never Come When You Call And Are Very Rude",
    "Kelly Park, Wilson Middle School, near Taylor and 5th, Harris County, Tyler Street",
    "A white Ford, a Lincoln and a Honda Civic on Martin Luther King Day",
    "Black Lives Matter, Miranda Rights, Veterans Day, Thank God",
    "Thai, Filipino and Dominican families",
]


@pytest.mark.parametrize(("kind", "text", "expected"), [(kind, *pair) for kind, pairs in FOUND.items() for pair in pairs])
def test_each_detector(kind, text, expected):
    found = redact.comment(text, ROSTER)
    assert found.text == expected
    assert set(found.marks) <= {kind}


@pytest.mark.parametrize("text", STAYS)
def test_what_only_looks_like_it_stays(text):
    assert redact.comment(text, ROSTER) == redact.Redacted(text, ())


def test_every_kind_has_cases():
    assert set(FOUND) == set(redact.KINDS)


def test_one_mark_per_item_in_order():
    found = redact.comment("Officer Hollis (badge 4417) called 614-555-0123 and 614-555-0124.", ROSTER)
    assert found.text == "Officer [NAME] (badge [BADGE]) called [PHONE] and [PHONE]."
    assert found.marks == ("NAME", "BADGE", "PHONE", "PHONE")


def test_a_roster_is_read_as_agencies_write_it():
    assert redact.Roster.of(["Hollis, Dana M.", "SGT. O'BRIEN, José", "Smith Jr., Al"]).names == {"hollis", "dana", "o'brien", "jose", "smith", "al"}


def test_the_roster_finds_what_no_list_knows():
    text = "Zwickmeyer never writes a report."
    assert redact.comment(text).marks == ()
    assert redact.comment(text, redact.Roster.of(["Zwickmeyer, Uta"])).text == "[NAME] never writes a report."


@pytest.mark.parametrize(
    "text",
    [
        "61\u200b4-555\u200d-0123",
        "６１４-５５５-０１２３",
        "6\u00ad14-555-0123",
        "\u202e614-555-0123\u202c",
        "𝟔𝟏𝟒-𝟓𝟓𝟓-𝟎𝟏𝟐𝟑",
    ],
)
def test_hidden_and_wide_characters_carry_no_number_past(text):
    assert redact.comment(text).text == "[PHONE]"


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("Officer Hollis 614-555-0123 a@b.co #[]()'.\n Ñé🙂\u200b"), max_size=80))
def test_reading_twice_changes_nothing_more(text):
    once = redact.comment(text, ROSTER)
    again = redact.comment(once.text, ROSTER)
    assert len(once.marks) == sum(once.text.count(f"[{kind}]") for kind in redact.KINDS)
    assert again.text.count("614-555-0123") == 0


def test_planted_comments_of_the_sample_agency():
    import numpy as np

    from data_sources.sample import remarks

    rng = np.random.default_rng(11)
    ours = redact.Roster.of(remarks.LAST)
    left = planted = 0
    for number in range(3000):
        text = remarks.community(rng, number % 16, spanish=number % 4 == 0, after_event=number % 3 == 0, trust=60)
        low = text.lower()
        names = [one for one in remarks.LAST if one.lower() in low]
        planted += len(names) + ("555-01" in text)
        after = redact.comment(text, ours).text
        left += sum(one.lower() in after.lower() for one in names) + ("555-01" in after)
    assert planted > 150
    assert left / planted < 0.02


def test_recall_on_the_labelled_comments():
    found = measure().redaction
    assert found.items >= 130
    assert found.recall >= 0.95
    assert found.altered == 0
    assert found.clean >= 100
    kept = measure(kept_only=True).redaction
    assert kept.recall >= 0.9


def test_clean_labelled_comments_come_out_as_they_were():
    for one in comments():
        if one.clean:
            assert redact.comment(one.text, roster()).text == one.text


HOSTILE = ["1", "a", "a.", "John ", "1 A ", "Officer ", "555-", "@a", "a@", "my son ", "calle a a ", "(614", "A1", " ", "\u200b1", "[NAME]"]
HOSTILE += ["1 Ab ", "at a dot ", "é", "de la ", "Maria's mother ", "1/", "+1 "]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_grows_with_the_text_and_no_faster(piece):
    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        best = 9.0
        for _ in range(3):
            started = time.process_time()
            redact.comment(text, ROSTER)
            best = min(best, time.process_time() - started)
        return best

    seconds(100)
    small, large = seconds(10_000), seconds(40_000)
    assert large < 0.02 + 9 * small  # linear is 4, quadratic 16
    assert small < 1.0  # the goal is 50 ms; the bound is generous so that a busy machine does not fail it
