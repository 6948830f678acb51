"""What are the people of the demo city called? Fictional, of many origins, some the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

LONG_NAME_EVERY = 160
DOUBLE_NAME_SHARE = 0.03


@dataclass(frozen=True)
class Origin:
    """First and last names that go together, and how many of a hundred people bear them."""

    weight: int
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


ORIGINS = (
    Origin(
        80,
        _names(
            """Andrea Andreas Anett Anja Anke Annegret Antje Axel Bärbel Beate Benjamin Bernd
            Birgit Björn Carola Christian Christoph Claudia Conny Cornelia Dagmar Daniel Diana Dirk
            Dörte Elke Enrico Eva Felix Florian Frank Franz Friederike Gabriele Gerd Gitta Grit
            Günter Hanna Hannes Hartmut Heidrun Heiko Henriette Holger Ilka Ines Ingo Jana Jens
            Johanna Jörg Josefine Judith Jürgen Kai Karina Karsten Kathrin Kerstin Konrad Kristin
            Lars Lena Lukas Lutz Maik Mandy Manuela Marcel Maria Mario Marko Marlene Matthias Maxi
            Michael Mirko Nadine Nicole Olaf Paul Peggy Petra Philipp Ralf Ramona Rebecca René Rico
            Robert Romy Ronny Sabrina Sandra Sebastian Silke Silvia Simone Sören Stefan Steffi
            Susann Sven Tilo Tobias Torsten Uta Uwe Veit Volker Winfried Yvonne"""
        ),
        _names(
            """Ackermann Albrecht Arnold Bachmann Bär Barthel Beyer Böhme Börner Brückner Dietze
            Döring Ebert Eichhorn Engelmann Fiebig Findeisen Förster Frenzel Fritzsche Füssel Gäbler
            Geißler Göhler Göpfert Großer Günther Hänsel Häußler Heinze Hempel Herrmann Heßler Höhne
            Hübner Jähnig Jahn Jäkel Kästner Keßler Kirsten Klöppel Knöfel Köhler König Krüger
            Kühn Kunath Künzel Lange Leßmann Lindner Löffler Löwe Lötzsch Mäder Menzel Mühlbach
            Müller Münch Neubert Nitzsche Nötzel Oehme Otto Pätzold Petzold Pietzsch Pöschel Preußer
            Püschel Räbiger Reißig Richter Röder Roßberg Rößler Rühle Sachse Sänger Schäfer Schöne
            Schröter Schubert Schütze Seifert Süße Steglich Strauß Täubert Thieme Tröger Uhlig
            Ullrich Vogel Voigt Wächtler Wagner Wäntig Weiß Wendt Winkler Wolf Wünsch Zöllner"""
        ),
    ),
    Origin(
        5,
        _names("Agnieszka Jiří Jolanta Katarzyna Łukasz Małgorzata Michał Paweł Tomáš Zuzana"),
        _names("Černý Dvořák Jabłoński Kowalczyk Kubaš Łuczak Mróz Nowak Scholze Wićaz Zielińska"),
    ),
    Origin(
        4,
        _names("Ayşe Büşra Çağla Deniz Emre Gökhan Hüseyin İrem Özlem Şule Yağmur"),
        _names("Arslan Çelik Demir Doğan Güneş Işık Kılıç Öztürk Şahin Yıldırım"),
    ),
    Origin(
        4,
        _names("Đức Hương Lan Linh Ngọc Quang Thảo Thị Thu Tuấn"),
        _names("Bùi Đặng Đỗ Hoàng Lê Nguyễn Phạm Trần Võ"),
    ),
    Origin(
        4,
        _names("Andrij Daryna Iryna Julija Kateryna Mykola Natalija Oleksandr Olena Svitlana"),
        _names("Bondarenko Kovalenko Lysenko Marchenko Petrenko Savchenko Shevchuk Tkachenko"),
    ),
    Origin(
        3,
        _names("Ahmad Amal Fatima Hassan Karim Layla Mahmoud Nour Rima Yasmin"),
        _names("Al-Masri Darwish Haddad Hamdan Khalil Mansour Nasser Said"),
    ),
)
LONG_NAMES = (
    ("von der Heyde-Königsmarck", "Anna-Theophania Wilhelmine"),
    ("García Hernández de la Vega", "María del Carmen"),
    ("Schultze-Wermsdorf-Löbell", "Karl-Friedrich Maximilian"),
    ("Papadimitriou-Großschönauer", "Chrysoula Aikaterini"),
    ("Freifrau von und zu Weißenfels", "Henriette-Luise"),
)


def make_names(random: Random) -> Iterator[tuple[str, str]]:
    """Make last and first names without end; some people share both."""
    weights = [origin.weight for origin in ORIGINS]
    number = 0
    while True:
        number += 1
        if number % LONG_NAME_EVERY == 0:
            yield LONG_NAMES[number // LONG_NAME_EVERY % len(LONG_NAMES)]
            continue
        origin = random.choices(ORIGINS, weights)[0]
        last_name = random.choice(origin.last_names)
        if random.random() < DOUBLE_NAME_SHARE:
            last_name += f"-{random.choice(ORIGINS[0].last_names)}"
        yield last_name, random.choice(origin.first_names)
