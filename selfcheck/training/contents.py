"""What may a training be about? Examples for each area (Schulungskonzept, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from selfcheck.training.kinds import Area

EXAMPLES: Mapping[Area, tuple[str, ...]] = MappingProxyType(
    {
        Area.DEMOCRATIC: (
            "Umgang mit Rechtsextremismus, Rechtspopulismus und Rassismus",
            "Zivilcourage, Diskriminierung erkennen und handeln, Antirassismus",
            "gruppenbezogene Menschenfeindlichkeit, Verschwörungsideologien",
            "Kommunikation und Deeskalation mit Reichsbürgerinnen und Reichsbürgern",
            "Selbstreflexion über Menschenbilder und persönliche Haltungen",
            "Umgang mit Stereotypen und Vorurteilen",
            "Kolonialismus und sein Erbe",
        ),
        Area.INTERCULTURAL: (
            "interkulturelle Öffnung",
            "interkulturelle Kommunikation und Zusammenarbeit",
            "Diversität und Vielfaltskompetenz",
            "Einbindung von Migrantinnen und Migranten in Beteiligungsprozesse",
            "Wissen über Religionen",
            (
                "weltweite politische Konflikte und deren Auswirkungen auf die Kommune "
                "(Flucht, Migration …)"
            ),
        ),
        Area.MULTILINGUAL: (
            "Sprachkurse, unabhängig von der gewählten Sprache (auch außerhalb der Dienstzeit)",
        ),
        Area.PLAIN_COMMUNICATION: ("leicht verständliche Sprache",),
    }
)
