"""Why a need has no place: one sentence in plain words for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from plugins.courses.domain.planning.answer import Figures
from plugins.courses.domain.planning.bounds import FormBounds, demand_of, form_bounds
from plugins.courses.domain.planning.groups import fits
from plugins.courses.domain.planning.limits import hour_limits, money_limits
from plugins.courses.domain.planning.scenario import Course, Need, Scenario

NO_FORM = "Pelatihan ini belum punya bentuk dan biaya."
NO_VALUE = "Bobot kebutuhan ini nol."
IMPOSSIBLE = "Jumlah kelas yang ditetapkan tidak bisa dipenuhi."


class Reasons:
    """Gives the reason of each need without a place, after a plan is made."""

    def __init__(self, scenario: Scenario, figures: Figures) -> None:
        self._scenario, self._figures = scenario, figures
        self._demand = demand_of(scenario)
        self._bounds = form_bounds(scenario)
        self._money, self._teaching = money_limits(scenario), hour_limits(scenario)
        self._hours = {course.key: course.jp for course in scenario.courses}
        self._courses_of: dict[str, list[str]] = {}
        for course, people in figures.places.items():
            for person in people:
                self._courses_of.setdefault(person, []).append(course)
        self._by_course = {course.key: self._of_course(course) for course in scenario.courses}

    def why(self, need: Need) -> str:
        """Give the sentence for one need."""
        if self._figures.status == "infeasible":
            return IMPOSSIBLE
        if not need.value:
            return NO_VALUE
        has = self._courses_of.get(need.person, [])
        if not fits(self._scenario, [self._hours[key] for key in (*has, need.course)]):
            return self._limit_of_person(len(has), sum(self._hours[key] for key in has))
        return self._by_course[need.course]

    def _limit_of_person(self, courses: int, jp: int) -> str:
        most = self._scenario.most_courses
        if most is not None and courses >= most:
            return f"Sudah mendapat {courses} pelatihan. Itu batas per orang."
        if not courses:
            return "JP pelatihan ini lebih besar daripada batas per orang."
        return f"Sudah mendapat {jp} JP. Pelatihan ini melewati batas per orang."

    def _of_course(self, course: Course) -> str:
        """Give the reason that holds for everybody who is left out of a course."""
        forms = [each for each in self._bounds if each.course.key == course.key]
        if not forms:
            return NO_FORM
        demand = self._demand[course.key]
        least = min(each.minimum for each in forms)
        if demand < least:
            return f"Hanya {demand} orang memerlukannya. Satu kelas paling sedikit {least} orang."
        blocks = [self._block(each) for each in forms]
        for word in ("money", "few", "hours", "full"):
            if word in blocks:
                return self._sentence(word, course, forms)
        return "Anggaran menutup lebih banyak kesenjangan di pelatihan lain."

    def _sentence(self, word: str, course: Course, forms: Sequence[FormBounds]) -> str:
        if word == "few":
            left = self._left_over(course.key)
            least = min(each.minimum for each in forms)
            return f"Tinggal {left} orang. Satu kelas lagi memerlukan paling sedikit {least} orang."
        if word == "hours":
            return "JP pengajar sudah habis untuk kelas lain."
        if word == "full":
            return "Semua kelas yang boleh dibuka sudah penuh."
        if not sum(self._figures.seats.get(each.key, 0) for each in forms):
            return "Anggaran tidak cukup untuk satu kelas pelatihan ini."
        return "Anggaran tidak cukup untuk satu tempat atau kelas lagi."

    def _left_over(self, key: str) -> int:
        return self._demand[key] - len(self._figures.places.get(key, ()))

    def _block(self, each: FormBounds) -> str:
        """Tell what keeps one form from taking one more: a free seat first, then a class."""
        key, form = each.course.key, each.form
        classes = self._figures.classes.get(each.key, 0)
        money = self._left_money(key)
        if self._figures.seats.get(each.key, 0) < classes * each.maximum:
            return "money" if form.person_cost > money else "other"
        if form.classes is not None or (
            form.most_classes is not None and classes >= form.most_classes
        ):
            return "full"
        if form.trainer_jp > self._left_hours(key):
            return "hours"
        if self._left_over(key) < each.minimum:
            return "few"
        return "money" if form.cost(1, each.minimum) > money else "other"

    def _left_money(self, key: str) -> int:
        spent, _ = used_by_course(self._bounds, self._figures)
        limits = (limit for limit in self._money if key in limit.courses)
        return min((limit.left(spent) for limit in limits), default=0)

    def _left_hours(self, key: str) -> int:
        _, taught = used_by_course(self._bounds, self._figures)
        limits = (limit for limit in self._teaching if key in limit.courses)
        return min((limit.left(taught) for limit in limits), default=2**62)


def used_by_course(
    bounds: Sequence[FormBounds], figures: Figures
) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """Give the rupiah and the trainers' hours that each course uses."""
    spent: Counter[str] = Counter()
    taught: Counter[str] = Counter()
    for each in bounds:
        classes = figures.classes.get(each.key, 0)
        spent[each.course.key] += each.form.cost(classes, figures.seats.get(each.key, 0))
        taught[each.course.key] += each.form.trainer_jp * classes
    return spent, taught
