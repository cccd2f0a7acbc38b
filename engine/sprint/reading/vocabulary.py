"""What titles, units and a few words in cells are called: in English, and as German, French and Spanish tables say it.

All are written folded, as `titles.folded` leaves them: small letters without accents, ß as ss.
"""

from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, ...]] = {
    "athlete": ("athlete", "name", "athlete_name", "player", "player_name", "runner", "subject", "participant",
                "athlet", "athletin", "sportler", "sportlerin", "spieler", "spielerin", "laufer", "lauferin", "laeufer",
                "laeuferin", "proband", "probandin", "nom", "joueur", "joueuse", "coureur", "coureuse",
                "atleta", "nombre", "jugador", "jugadora", "corredor", "corredora"),
    "id": ("id", "athlete_id", "player_id", "subject_id", "runner_id", "athlete_key", "bib", "startnummer", "dossard",
           "dorsal"),
    "mass": ("mass", "body_mass", "bodymass", "weight", "body_weight", "bodyweight", "masse", "gewicht",
             "korpermasse", "koerpermasse", "korpergewicht", "koerpergewicht", "poids", "masse_corporelle", "peso",
             "masa", "masa_corporal", "peso_corporal"),
    "height": ("height", "body_height", "stature", "grosse", "groesse", "korpergrosse", "koerpergroesse",
               "korperhohe", "koerperhoehe", "taille", "talla", "estatura", "altura"),
    "sex": ("sex", "gender", "geschlecht", "sexe", "sexo", "genre", "genero"),
    "age": ("age", "alter", "edad"),
    "event_group": ("event_group", "event", "events", "discipline", "disziplin", "disziplingruppe", "disciplina"),
    "training_level": ("training_level", "level", "leistungsstand", "trainingsstand", "leistungsniveau", "niveau",
                       "nivel"),
    "run": ("run", "trial", "attempt", "rep", "sprint", "run_name", "trial_name", "lauf", "versuch", "durchgang",
            "essai", "intento"),
    "start": ("start", "start_type", "start_condition", "startart", "depart", "salida"),
    "set_back": ("set_back", "setback", "startabstand", "recul"),
    "reaction_time": ("reaction_time", "reaction", "reaktionszeit", "reaktion", "temps_de_reaction",
                      "tiempo_de_reaccion"),
    "model": ("model",),
    "surface": ("surface", "untergrund", "belag", "superficie"),
    "wind": ("wind", "wind_speed", "windgeschwindigkeit", "vent", "viento"),
    "temperature": ("temperature", "temp", "air_temperature", "temperatur", "lufttemperatur", "temperatura"),
    "pressure": ("pressure", "air_pressure", "barometric_pressure", "luftdruck", "pression", "presion"),
    "sled": ("sled", "sled_mass", "schlitten", "traineau", "trineo"),
    "resistance": ("resistance",),
    "date": ("date", "day", "test_date", "datum", "testdatum", "tag", "jour", "fecha", "dia"),
    "time": ("time", "t", "seconds", "sec", "elapsed_time", "split_time", "cumulative_time", "zeit", "laufzeit",
             "sekunden", "temps", "secondes", "tiempo", "segundos"),
    "distance": ("distance", "dist", "d", "gate_distance", "split_distance", "position", "distanz", "strecke", "weg",
                 "entfernung", "distancia"),
    "velocity": ("velocity", "speed", "v", "vel", "geschwindigkeit", "laufgeschwindigkeit", "tempo", "vitesse",
                 "velocidad"),
    "acceleration": ("acceleration", "accel", "acc", "a", "beschleunigung", "aceleracion"),
}  # fmt: skip
"""What a column may be called, without its unit, words joined by underscores; the first name is our own."""

WITH_A_UNIT = ("position", "tempo")
"""Names that are taken only with a unit: a position may be that of a player, a tempo a rhythm."""

UNITS = {
    **{unit: unit for unit in ("s", "ms", "m", "cm", "mm", "km", "yd", "ft", "in", "kg", "lb", "m/s", "km/h", "mph")},
    **dict.fromkeys(("sec", "secs", "second", "seconds", "sek", "sekunden", "secondes", "seg", "segundos"), "s"),
    **dict.fromkeys(("msec", "milliseconds", "millisekunden", "millisecondes", "milisegundos"), "ms"),
    **dict.fromkeys(("meter", "meters", "metre", "metres", "metern", "metro", "metros"), "m"),
    **dict.fromkeys(("yds", "yard", "yards"), "yd"),
    **dict.fromkeys(("lbs", "pounds"), "lb"), **dict.fromkeys(("feet", "foot"), "ft"), "inches": "in",
    **dict.fromkeys(("m s", "mps", "m per s"), "m/s"), **dict.fromkeys(("km h", "kmh", "kph"), "km/h"),
    **dict.fromkeys(("m/s2", "m/s^2", "m/s²", "m s2", "mps2"), "m/s²"), "n": "N", "hpa": "hPa", "mbar": "hPa",
    "kpa": "kPa", "mmhg": "mmHg", "torr": "mmHg", **dict.fromkeys(("c", "°c", "degc", "celsius"), "C"),
    **dict.fromkeys(("y", "yr", "yrs", "years", "jahre", "jahren", "ans", "anos"), "years"),
}  # fmt: skip
"""How units are spelt in titles."""

SEXES = {"male": "male", "m": "male", "female": "female", "f": "female"}
"""What may be said of sex in a page; in a table these too:"""
SEXES_ELSEWHERE = {
    **dict.fromkeys(("mannlich", "maennlich", "mann", "masculin", "homme", "h", "masculino", "hombre", "man"), "male"),
    **dict.fromkeys(("w", "weiblich", "frau", "feminin", "femme", "femenino", "mujer", "woman"), "female"),
}
MAN_OR_MUJER = "sexo"
"""The title under which a bare `m` may be *masculino* or *mujer*."""

STARTS_ELSEWHERE = {
    **dict.fromkeys(("startschuss", "schuss", "pistole", "coup_de_feu", "pistolet", "pistola", "disparo"), "gun"),
    **dict.fromkeys(("erste_bewegung", "premier_mouvement", "primer_movimiento"), "first_movement"),
    **dict.fromkeys(("hinter_der_schranke", "hinter_der_lichtschranke", "derriere_la_cellule", "detras_de_la_celula"),
                    "behind_gate"),
    **dict.fromkeys(("unbekannt", "inconnu", "desconocido"), "unknown"),
}  # fmt: skip
"""Starts in the words of those tables."""
