"""Who is who across documents, by names, what is said of them, and whom they are named with."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sayso.linking.identity import THRESHOLD, Decision, Known, Named, decide, named
from sayso.linking.names import Agreement, agreement, bare, folded, is_name, sound_of, words_of
from sayso.linking.traits import traits_of
from sayso.models import EntityType


def entity(name: str, *traits: str, type: EntityType = "person", **fields: Any) -> Named:
    """An entity of a new document."""
    found = named(name, type, traits=frozenset(traits), **fields)
    assert found is not None
    return found


def known(key: int, *names: str, traits: tuple[str, ...] = (), type: EntityType = "person", **fields: Any) -> Known:
    """Somebody whom one document named."""
    return Known(key, type, tuple(words_of(name, type) for name in names), traits=[frozenset(traits)], **fields)


def how(one: str, other: str, type: EntityType = "person") -> Agreement | None:
    return agreement(words_of(one, type), words_of(other, type), type)


class TestNamesOfPeople:
    @pytest.mark.parametrize(
        "one, other, expected",
        [
            ("Vladimir Putin", "VLADIMIR PUTIN", Agreement.FULL),
            ("Mr. Pavel Durov", "Pavel Durov's", Agreement.FULL),
            ("José Muñoz", "Jose Munoz", Agreement.FULL),
            ("Sean O’Brien", "Sean O'Brien", Agreement.FULL),
            ("Kim Jong Un", "Kim Jong-un", Agreement.FULL),
            ("John Smith", "John Q. Smith", Agreement.MIDDLE),
            ("John Quincy Smith", "John Q. Smith", Agreement.MIDDLE),
            ("Bill Clinton", "William Clinton", Agreement.NICKNAME),
            ("Volodymyr Zelensky", "Volodymyr Zelenskyy", Agreement.SPELLING),
            ("Muammar Gaddafi", "Moammar Qaddafi", Agreement.SPELLING),
            ("Mohammed bin Salman", "Mohammad bin Salman", Agreement.SPELLING),
            ("C. Venn", "Clara Venn", Agreement.INITIAL),
            ("President Putin", "Vladimir Putin", Agreement.SURNAME),
            ("President Xi", "Xi Jinping", Agreement.SURNAME),
            ("Kim", "Kim Jong Un", Agreement.SURNAME),
            ("Dr. King", "Martin Luther King Jr.", Agreement.SURNAME),
            ("Putin", "Mr Putin", Agreement.SINGLE),
        ],
    )
    def test_agree(self, one: str, other: str, expected: Agreement) -> None:
        assert how(one, other) == how(other, one) == expected

    @pytest.mark.parametrize(
        "one, other",
        [
            ("Vladimir Putin", "Igor Putin"),
            ("George H.W. Bush", "George W. Bush"),
            ("John B. Adams", "John Q. Adams"),
            ("Donald Trump Jr.", "Donald Trump"),
            ("Kim Jong Un", "Kim Jong Il"),
            ("Ban Ki-moon", "Moon"),
            ("Max Verstappen", "Jos Verstappen"),
            ("Anna Berg", "Otto Lind"),
            ("Smith", "Smythson"),
        ],
    )
    def test_that_tell_two_apart(self, one: str, other: str) -> None:
        assert how(one, other) is how(other, one) is None

    def test_are_told_without_titles_and_afterthoughts(self) -> None:
        assert bare("Mr Pavel Durov, 33", "person") == "Pavel Durov"
        assert bare("Foreign Minister Ada Lin's", "person") == "Ada Lin"
        assert bare("the Water Board", "organization") == "Water Board"

    def test_sound_alike_where_latin_letters_spell_them_in_several_ways(self) -> None:
        for names in (("Zelensky", "Zelenskyy", "Zelenskiy"), ("Gaddafi", "Qaddafi", "Kadhafi"), ("Smith", "Smyth")):
            assert len({sound_of(words_of(name, "person"), "person") for name in names}) == 1

    def test_descriptions_are_none(self) -> None:
        assert not any(map(is_name, ("the mayor", "", "—", "President", "The Prime Minister", "tour operator")))
        assert all(map(is_name, ("Venn", "Mayor Venn", "习近平", "5G")))


class TestNamesOfOrganizationsAndPlaces:
    @pytest.mark.parametrize(
        "one, other, type, expected",
        [
            ("the Apple", "Apple Inc.", "organization", Agreement.FULL),
            ("Harrow Bank", "Harrow Bank Ltd", "organization", Agreement.FULL),
            ("Marks & Spencer", "Marks and Spencer", "organization", Agreement.FULL),
            ("World Health Organisation", "World Health Organization", "organization", Agreement.FULL),
            ("Ministry of Defence", "the Defense Ministry", "organization", Agreement.ORDER),
            ("University of Marlow", "Marlow University", "organization", Agreement.ORDER),
            ("IAEA", "International Atomic Energy Agency", "organization", Agreement.INITIALS),
            ("U.S.", "the United States", "place", Agreement.FULL),
            ("Britain", "UK", "place", Agreement.FULL),
            ("Financial Crime Division", "Financial Crimes Division", "organization", Agreement.SPELLING),
            ("Manchester United", "Manchester City", "organization", None),
            ("World War II", "World War III", "document", None),
            ("Springfield", "Springdale", "place", None),
        ],
    )
    def test_agree_or_do_not(self, one: str, other: str, type: EntityType, expected: Agreement | None) -> None:
        assert how(one, other, type) == how(other, one, type) == expected

    def test_an_acronym_is_a_name_only_where_it_may_be_short_for_it(self) -> None:
        agency = entity("International Atomic Energy Agency", type="organization", aliases=["IAEA", "the agency", "Agency"])
        assert agency.keys == ("international atomic energy agency", "iaea")
        assert entity("NPR White House", type="organization", aliases=["NPR"]).keys == ("npr white house",)

    @given(st.text(max_size=2000))
    def test_any_words_have_a_short_key_that_is_their_own(self, name: str) -> None:
        for type in ("person", "organization", "place"):
            assert len(folded(name, type)) <= 240
            assert folded(name, type) == folded(name, type)

    def test_very_long_names_are_told_apart(self) -> None:
        assert folded("A" * 1_000_000, "person") != folded("A" * 1_000_001, "person")


class TestTraits:
    TEXT = (
        'Senator John Smith said taxes were high. "No," said Sen. Roe. Russian President Vladimir Putin met Ms Anna May, a former nurse. '
        "The team’s coach, Ola Berg, left. Later the mayor told Max Hill that Coach Li Na had won."
    )

    @pytest.mark.parametrize(
        "name, expected",
        [
            ("John Smith", {"senator"}),
            ("Roe", {"senator"}),
            ("Vladimir Putin", {"president", "of russia"}),
            ("Anna May", {"woman", "nurse"}),
            ("Ola Berg", {"coach"}),
            ("Max Hill", set()),
            ("Li Na", {"coach"}),
        ],
    )
    def test_are_what_stands_beside_a_name(self, name: str, expected: set[str]) -> None:
        start = self.TEXT.index(name)
        assert traits_of(self.TEXT, [(start, start + len(name))], name.casefold().split()) == expected

    def test_of_descriptions_count_too(self) -> None:
        text = "Ada Lin left. The harbour engineer was tired."
        start = text.index("The harbour engineer")
        assert traits_of(text, [(0, 7), (start, start + 20)], ["ada", "lin"]) == {"engineer"}

    def test_end_where_another_entity_begins(self) -> None:
        text = "Coach Bo Li and Ada Lin left."
        start = text.index("Ada")
        assert traits_of(text, [(start, start + 7)], ["ada", "lin"], [(6, 11), (start, start + 7)]) == set()


class TestADecision:
    def test_takes_a_surname_with_the_same_office_for_the_full_name(self) -> None:
        putin = known(1, "Vladimir Putin", traits=("president", "of russia"))
        decision = decide(entity("President Putin", "president"), [putin])
        assert decision.key == 1
        assert decision.reasons == ("the surname alone", "both president")

    def test_tells_the_coach_from_the_senator(self) -> None:
        senator, coach = known(1, "John Smith", traits=("senator",)), known(2, "John Smith", traits=("coach",))
        assert decide(entity("John Smith", "coach"), [senator]).key is None
        assert decide(entity("John Smith", "striker"), [senator, coach]).key == 2
        assert decide(entity("John Smith", "governor"), [senator, coach]).key == 1
        assert decide(entity("John Smith"), [senator, coach]).key is None

    def test_tells_a_man_from_a_woman(self) -> None:
        assert decide(entity("Alex Lowe", "woman"), [known(1, "Alex Lowe", traits=("man",))]).key is None

    def test_never_guesses_which_of_two_bears_a_surname(self) -> None:
        both = [known(1, "George Bush", traits=("president",)), known(2, "Barbara Bush", traits=("president",))]
        decision = decide(entity("Bush", "president"), both)
        assert decision.key is None
        assert decision.score < THRESHOLD
        assert decision.reasons[0].startswith("two or more fit as well")

    def test_goes_by_company_where_names_do_not_tell(self) -> None:
        one = known(1, "Robin Lee", company=frozenset({7, 8, 9}))
        other = known(2, "Robin Lee", traits=("senator",), company=frozenset({5}))
        assert decide(entity("Robin Lee"), [one, other], frozenset({7, 8, 9})).key == 1

    def test_does_not_look_at_company_that_could_change_nothing(self) -> None:
        assert decide(entity("Ada Lindqvist", "mayor"), [known(1, "Ada Lindqvist", traits=("mayor",))]).clear
        assert not decide(entity("Lindqvist"), [known(1, "Ada Lindqvist")]).clear

    def test_takes_two_whom_nothing_tells_apart_for_one_that_was_taken_for_two(self) -> None:
        twins = [known(1, "Ada Lindqvist"), known(2, "Ada Lindqvist")]
        assert decide(entity("Ada Lindqvist"), twins).key == 1

    def test_keeps_apart_whom_a_person_told_apart(self) -> None:
        twins = [known(1, "Ada Lindqvist", apart=frozenset({2})), known(2, "Ada Lindqvist", apart=frozenset({1}))]
        assert decide(entity("Ada Lindqvist"), twins).key is None

    def test_takes_a_country_that_speaks_for_the_country(self) -> None:
        assert decide(entity("Moscow", type="organization"), [known(1, "Moscow", type="place")]).key == 1
        assert decide(entity("Reading", type="organization"), [known(1, "Reading", type="place")]).key is None

    def test_tells_apart_what_every_country_has(self) -> None:
        court = known(1, "Supreme Court", type="organization", traits=("of india",))
        assert decide(entity("Supreme Court", "of kenya", type="organization"), [court]).key is None
        assert decide(entity("Supreme Court", "of india", type="organization"), [court]).key == 1

    def test_trusts_an_id_of_wikidata_more_than_any_name(self) -> None:
        lin = known(1, "Ada Lin", wikidata="Q1")
        assert decide(entity("Countess Byron", wikidata="Q1"), [lin]).key == 1
        assert decide(entity("Ada Lin", wikidata="Q2"), [lin]).key is None

    def test_of_somebody_whom_nobody_is_like_is_certain(self) -> None:
        assert decide(entity("Ada Lin"), []) == Decision(None, 1.0, ("no other name like it",))

    @given(order=st.permutations(range(6)))
    def test_is_the_same_in_any_order_of_those_that_are_known(self, order: list[int]) -> None:
        names = ["John Smith", "Jon Smith", "J. Smith", "Smith", "John Q. Smith", "Joan Smith"]
        everybody = [known(i + 1, name, traits=("judge",) if i % 2 else ("coach",)) for i, name in enumerate(names)]
        asked = entity("John Smith", "judge")
        assert decide(asked, [everybody[i] for i in order]) == decide(asked, everybody)

    def test_has_a_score_between_0_and_1_whatever_is_known(self) -> None:
        draw = random.Random(1)
        names = ["John Smith", "Smith", "J. Smith", "Ada Lin", "Lin", "Kim Jong Un", "Kim"]
        traits = ["senator", "coach", "man", "woman", "of russia", "judge"]
        for _ in range(500):
            people = [known(i, draw.choice(names), traits=tuple(draw.sample(traits, 2)), days=["2031-01-01"]) for i in range(4)]
            decision = decide(entity(draw.choice(names), draw.choice(traits), day="2031-01-02"), people, frozenset())
            assert 0 <= decision.score <= 1
            assert decision.reasons
