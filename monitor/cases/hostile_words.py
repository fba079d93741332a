"""Words and phrases that insult, accuse or threaten, written down by us for the six languages that are read best.

One phrase a line; a `*` at the end of a word stands for any ending. They are compared in folded form, so case, accents,
vowel marks and look-alike letters make no difference. What only says that goods or service are bad is not among them.
"""

INSULTS = """
fuck*
motherfuck*
bastard*
bitch*
asshole*
arsehole*
dickhead*
scumbag*
shithead*
piece of shit
pieces of shit
son of a bitch
sons of bitches
go to hell
rot in hell
burn in hell
drop dead
idiot
idiots
moron
morons
imbecile*
retard
retards
retarded
you are stupid
you re stupid
stupid people
stupid staff
bloody fools
you fools
dumbass*
you pigs
you animals
حرامی*
حرام زاد*
حرامزاد*
حرام خور*
حرامخور*
کمینے
کمینہ
کمینو
کمینوں
بے غیرت*
بیغیرت*
کتے کے بچے
کتے کا بچہ
کتے لوگ
کتوں کے بچ*
سور کے بچے
الو کے پٹھ*
الو کا پٹھ*
گدھے ہو
گدھوں
لعنتی*
خنزیر*
ذلیل لوگ
ذلیل انسان
گھٹیا لوگ
haraami*
harami*
haramkhor*
haram khor*
haramzad*
haram zad*
kamina
kamine
kaminay
kameena
kameene
kameenay
kameeno
kamino
beghairat*
baighairat*
be ghairat*
kutte ho
kutte log
kutte ke
kuttay ke
kutton
kuttey ke
suar ke
soor ke
khanzeer*
ullu ke path*
ullu ka path*
ullu kay path*
gadhe ho
gadhay ho
gadhon
zaleel log
zaleel insan
zaleel insaan
zalil log
ghatiya log
chutiy*
chootiy*
madarchod*
maderchod*
behenchod*
behnchod*
bhenchod*
bhosdi*
gandu*
randi*
harmi log
వెధవ*
ఎదవ*
లంజ*
నా కొడక*
నా కొడుకు*
కొడకల్లార*
కుక్కల్లారా
కుక్క నా కొడ*
పంది నా కొడ*
సన్నాసి*
పనికిమాలిన వాళ్ళు
పనికిమాలిన వెధవ*
బుద్ధిలేని వాళ్ళు
దరిద్రుల*
దరిద్రుడు
vedhava*
vedava*
yedava*
edhava*
edava
edavalu
lanja*
naa kodaka*
na kodaka*
naa koduku*
na koduku*
nakodaka*
kodakallara
kukkallara
sannasi*
panikimalina vallu
panikimalina vedhava*
daridrudu
daridrulu
gudda muyy*
putang*
putangina*
tang ina*
tangina*
tanginamo
pakyu*
gago
gagong
gagu
ulol
tarantado*
hinayupak*
siraulo*
kupal*
hayop kayo
hayop ka
mga hayop
bobo
bobong
bobo kayo
mga bobo
tanga kayo
ang tanga
ang tatanga
mga tanga
tangang
ungas*
lintik kayo
demonyo*
animal kayo
mga animal
ogag*
"""
"""Said of people, to hurt them: one of these is enough."""

ACCUSATIONS = """
liar
liars
lying scum
thief
thieves
crook
crooks
cheats
cheaters
fraudsters
scammers
shameless
disgusting people
disgusting company
pathetic people
pathetic company
incompetent fools
fools
clowns
scum
filthy
shut up
shame on you
hate you
hate you all
damn you
to hell
stupid
crap
bullshit
shit
shitty
چور
چوروں
ڈاکو*
لٹیرے
لٹیروں
دھوکے باز*
دھوکہ باز*
فراڈیے
فراڈیوں
جھوٹے
جھوٹوں
بے شرم*
بیشرم*
ذلیل*
لعنت
جاہل*
گھٹیا
بکواس بند
شرم کرو
ڈوب مرو
chor
choron
chorr
daku
dakoo
lutere
lutairay
dhokebaz*
dhokay baz*
dhoke baz*
dhokebaaz*
fraudiye
fraudiya
jhootay
jhoote
jhute
jhoothe
besharam*
be sharam*
behsharam*
zaleel*
zalil*
lanat
laanat
lannat
jahil*
ghatiya
bakwas band
sharam karo
doob maro
దొంగలు
దొంగ
దొంగనా*
మోసగాళ్ళు
మోసగాళ్లు
మోసగాడు
సిగ్గులేని
సిగ్గు లేదా
సిగ్గు లేని
బుద్ధి లేని
బుద్ధిలేని
బుద్ధి లేదా
పనికిమాలిన
దరిద్రపు
నోరు ముయ్*
donga
dongalu
dongalaa
mosagallu
mosagadu
siggu leni
siggu leda
siggu ledha
sigguleni
siggunda
buddhi leni
buddi leni
buddi leda
buddhi leda
panikimalina
daridrapu
daridram
noru muy*
magnanakaw*
manloloko*
sinungaling*
mandurugas*
walang hiya*
walanghiya*
makapal ang mukha
kapal ng mukha
kakapal ng mukha
bwisit*
buwisit*
bwiset*
leche*
letse*
peste
punyeta*
inutil*
tanga
estupido*
stupida
mga salot
mahiya kayo
mahiya naman kayo
ulupong
"""
"""Rude, or said of the company rather than of a person: two of these, or one that is shouted, are enough."""

THREATS = """
kill you
kill you all
beat you up
break your legs
break your neck
break your face
burn your shop
burn your office
burn your store
burn your house
burn you down
find where you live
know where you live
come for you
watch your back
hope you die
hope you all die
you should die
deserve to die
die in a fire
hunt you down
shoot you
slap you
جان سے مار*
مار دوں گا
مار ڈالوں گا
ٹانگیں توڑ*
ہاتھ توڑ*
منہ توڑ دوں*
آگ لگا دوں*
گولی مار دوں*
جلا دوں*
مر جاؤ
خدا تمہیں غارت*
jaan se maar*
jaan say maar*
jan se mar*
maar dunga
maar doonga
maar dalunga
maar daalunga
tangein tor*
taangein tor*
tangen tor*
haath tor*
moun tor*
aag laga dunga
aag laga doonga
aag laga denge
jala dunga
jala doonga
goli maar dun*
goli maar doon*
mar jao
mar jaao
చంపేస్తా
చంపేస్తాను
చంపుతా
చంపుతాను
నరికేస్తా
నరికేస్తాను
నరుకుతా
తగలబెడతా
తగలబెడతాను
తగలబెట్టేస్తా
కాళ్ళు విరగ్గొ*
కాళ్లు విరగ్గొ*
కాళ్ళు విరిచే*
చెప్పుతో కొడతా*
చెప్పు తీసుకుని కొడ*
చావండి
champesta*
champestha*
champutha*
champeyali
narikesta*
narikestha*
narukutha*
tagalabedta*
tagalabedatha*
tagalapedata*
kallu virag*
cheppu tho kod*
chepputho kod*
cheppu tisukoni kod*
chavandi
papatayin*
papatay kita
patayin kita
patayin ko kayo
susunugin*
sunugin ko
babarilin*
sasapakin*
bubugbugin*
bugbugin ko
mamatay na*
mamatay kayo
mamatay sana*
sana mamatay*
alam ko kung saan kayo nakatira
"""
"""Said to frighten: one of these is enough."""
