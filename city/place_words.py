"""Words in which people say where something is, in English and Spanish; folded: lower case, no accents."""

from __future__ import annotations


def word_set(*lines: str) -> frozenset[str]:
    """The words of these lines."""
    return frozenset(word for line in lines for word in line.split())


_KINDS = {
    "street": "street str st",
    "road": "road rd",
    "avenue": "avenue ave av aven avn",
    "boulevard": "boulevard blvd boul bulevar bulvar",
    "drive": "drive drv dr",
    "lane": "lane ln",
    "court": "court ct crt",
    "place": "place pl",
    "square": "square sq",
    "terrace": "terrace ter terr",
    "parkway": "parkway pkwy pky pkway",
    "highway": "highway hwy",
    "circle": "circle cir circ",
    "way": "way wy",
    "trail": "trail trl",
    "alley": "alley aly",
    "crescent": "crescent cres",
    "row": "row",
    "path": "path",
    "walk": "walk",
    "loop": "loop",
    "bridge": "bridge",
    "close": "close",
    "mews": "mews",
    "quay": "quay",
    "turnpike": "turnpike tpke",
}
KINDS = {form: kind for kind, forms in _KINDS.items() for form in forms.split()}
"""What an English street is called after its name, by every form."""

KINDS_IN_FRONT = frozenset({"avenue", "highway"})
"""Kinds that English puts before a name too: Avenue B, Highway 9."""

SPANISH_KINDS = {
    "calle": "",
    "c": "",
    "cl": "",
    "calla": "",
    "avenida": "avenue",
    "avda": "avenue",
    "avd": "avenue",
    "av": "avenue",
    "bulevar": "boulevard",
    "camino": "road",
    "cno": "road",
    "carretera": "road",
    "ctra": "road",
    "paseo": "walk",
    "plaza": "square",
    "pza": "square",
    "callejon": "lane",
}
"""What a Spanish street is called before its name. `calle` goes with every kind: people say it of any street."""

DIRECTIONS = {
    form: forms.split()[0]
    for forms in (
        "n north norte",
        "s south sur",
        "e east este",
        "w west oeste",
        "ne northeast",
        "nw northwest",
        "se southeast",
        "sw southwest",
    )
    for form in forms.split()
}

_ORDINALS = (
    "first primera primero primer",
    "second segunda segundo",
    "third tercera tercero tercer",
    "fourth cuarta cuarto",
    "fifth quinta quinto",
    "sixth sexta sexto",
    "seventh septima septimo setima",
    "eighth octava octavo",
    "ninth novena noveno",
    "tenth decima decimo",
    "eleventh undecima undecimo",
    "twelfth duodecima duodecimo",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
)
ORDINALS = {form: number for number, forms in enumerate(_ORDINALS, start=1) for form in forms.split()}

ABBREVIATIONS = {"st": "saint", "ste": "saint", "mt": "mount", "ft": "fort", "dr": "doctor"}
"""Short forms that mean something else at the beginning of a street's name than at its end."""

ARTICLES = word_set("the a an el la los las de del of")
"""Small words that people put into names and leave out of them as they like."""

NUMBER_WORDS = word_set("number no nr num numero nro # house casa al")
"""Words that may stand between a street and its house number."""

APARTMENT_WORDS = word_set(
    "apt apartment apto apartamento unit suite ste floor fl piso depto dpto departamento room rm # puerta planta local"
)
"""Words whose next word is not a house number."""

AFTER_COUNT = word_set(
    "am pm days day weeks week months month hours hour minutes min years year ft feet inches times people cars",
    " dias dia semanas semana meses mes horas hora minutos anos ano veces personas carros coches metros blocks cuadras",
)
"""A number before one of these counts something; it is no house."""

CONNECTORS = word_set("and & @ at y con with x / + esq esquina corner cross crosses crossing near")
"""What stands between the two streets of a crossing, articles aside."""

BETWEEN_WORDS = word_set("between btw btwn bet entre")
"""Words that say that a stretch of street between two others follows."""

CORNER_WORDS = (
    word_set("corner intersection crossing crossroads junction esquina interseccion cruce crucero esq")
    | BETWEEN_WORDS
)
"""Words that say that a crossing follows."""

PLACE_PREPOSITIONS = word_set(
    "at on in near by outside opposite behind beside across along around front of to from off down up inside under corner",
    " en frente cerca bajo debajo junto lado detras delante contra sobre esquina por fuera dentro ante atras enfrente hacia desde",
)
"""Words after which a place is likely to be named."""

SMALL_WORDS = (
    ARTICLES
    | PLACE_PREPOSITIONS
    | word_set(
        "and or but since is are was were has have had for with where there it its this that these those my our your",
        " who which because so when while please thanks hi hello as if not no yes i we they he she you me us them",
        " right just just' needs need keeps got gets again today yesterday tomorrow now every still",
        "y e o pero desde es son esta estan hay fue ha han para con donde que porque cuando mi nuestra su se lo le",
        " un una unos unas no si hoy ayer ahora al favor gracias hola muy ya",
    )
)
"""Words that are never the beginning or the end of a street's name by themselves."""

COMMON_WORDS = word_set(
    "whole other main mile miles hour hours same next back side dirt wide busy dead open broken large small front close",
    " public private local entire every each last first big bad good long high low old new upper lower middle one two",
    " three four five block blocks corner house home water light lights tree trees trash garbage hole holes car cars",
    " truck park parks school store shop bridge river hill lake lane road street gate bank church noise dump ramp",
    " right left north south east west many some more most very just here there where what when with from near this",
    " that they them then than been being down over into onto your ours their residential icy wet bumpy quiet narrow",
    " toda todo esta este esa ese misma mismo otra otro calle casa agua luz arbol basura hueco bache carro coche",
    " frente lado cerca mala malo gran grande mucho mucha dos tres cuatro cinco publica principal",
)
"""Words that are themselves, not a street misspelt."""

STREET_THINGS = word_set(
    "light lights lamp lamps lamppost lighting sign signs sweeper sweeping cleaning parking furniture vendor vendors",
    " performer art name names racing racers food level",
)
"""After `street`, these make it a word of its own: a street light is not on Main Street because somebody says `main street lights`."""

PLACE_KINDS = {
    "library": "library biblioteca",
    "park": "park parque",
    "school": "school escuela",
    "hospital": "hospital",
    "clinic": "clinic clinica",
    "city_hall": "cityhall townhall ayuntamiento alcaldia municipio",
    "police": "police policestation policia comisaria",
    "fire": "firestation firehouse bomberos estacionbomberos",
    "fire_station": "firestation firehouse bomberos estacionbomberos",
    "post_office": "postoffice correos oficinacorreos",
    "museum": "museum museo",
    "pool": "pool swimmingpool piscina alberca",
    "market": "market mercado farmersmarket",
    "church": "church iglesia",
    "station": "station trainstation estacion",
    "bus_station": "busstation busterminal terminalautobuses",
    "cemetery": "cemetery graveyard cementerio panteon",
    "bridge": "bridge puente",
    "stadium": "stadium estadio",
    "community_center": "communitycenter communitycentre centrocomunitario reccenter recreationcenter",
    "senior_center": "seniorcenter seniorcentre centromayores",
    "court": "courthouse juzgado tribunal",
    "playground": "playground parqueinfantil",
    "recycling_center": "recyclingcenter recyclingcentre dump centroreciclaje transferstation",
    "theater": "theater theatre teatro",
    "college": "college university universidad",
    "beach": "beach playa",
    "parking": "parkinggarage parkinglot estacionamiento",
    "recycling": "recyclingcenter recyclingcentre dump centroreciclaje",
    "transit": "busstation busterminal terminalautobuses estacionautobuses",
    "garage": "parkinggarage estacionamiento",
}
"""What people call a landmark of a kind when the city has only one; joined, articles aside."""
