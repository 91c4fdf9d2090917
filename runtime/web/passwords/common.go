package passwords

// commonList are words that everybody tries first, in lower case.
const commonList = `
password passw0rd pass passwd passwort kennwort motdepasse contrasena senha parola haslo salasana wachtwoord losenord
123456 12345678 123456789 1234567890 12345 1234567 111111 123123 654321 666666 696969 121212 112233 102030 147258369
159753 131313 232323 777777 888888 987654321 1q2w3e4r 1q2w3e 1q2w3e4r5t 1qaz2wsx 1qazxsw2 zaq12wsx q1w2e3r4 q1w2e3r4t5
qazwsx qazwsxedc qweasd qweasdzxc asdasd asdqwe qweqwe zxcvbnm asdfghjkl asdfgh asdf qwerty qwertyuiop qwertz qwert
azerty abc123 abcd1234 abcdef abcabc a1b2c3 a1b2c3d4 aa123456 aaaaaa test test1234 testing tester guest guest123 admin
admin123 administrator root toor user username login letmein letmein1 welcome welcome1 changeme changeit default
secret secret1 master manager system server computer internet network service support windows windows10 microsoft
apple samsung android iphone google facebook twitter instagram youtube amazon netflix linkedin paypal oracle mysql
postgres database access demo sample example temp temporary iloveyou loveyou iloveu love lovely lover loveme mylove
princess sunshine dragon monkey shadow superman batman spiderman ironman pokemon pikachu naruto starwars startrek
matrix hello hello123 hellohello whatever nothing trustno1 fuckyou fuckme fucker asshole bitch pussy sexy sexsex
hotdog cheese chocolate cookie banana orange cherry strawberry peanut pepper ginger coffee summer winter spring autumn
january february march april june july august september october november december monday tuesday wednesday thursday
friday saturday sunday football baseball basketball soccer hockey tennis golf golfer fishing hunter ranger player
gamer winner killer hacker ninja warrior wizard knight legend phoenix eagle falcon tiger lion bear wolf panther jaguar
leopard elephant horse horses dolphin turtle rabbit kitten kitty puppy doggy doggie butterfly flower flowers rainbow
diamond silver golden gold crystal purple yellow green blue black white red pink rosebud angel angels heaven jesus
jesuschrist christ blessed faith spirit freedom forever family friend friends friendship mother father daddy mommy
mummy babygirl babyboy baby honey sweet sweety sweetie sugar michael michelle jennifer jessica jordan joshua ashley
amanda andrew andrea anthony austin brandon charlie chelsea christopher christian daniel david diana dennis dominic
edward elizabeth emily eric frank george hannah harley heather jack jackson jacob james jasmine jason jeremy john
johnny jonathan joseph justin karen katie kevin kimberly laura lauren linda lisa liverpool london madison maggie maria
marina martin mary matthew melissa mercedes merlin michel mickey mike minnie molly morgan nathan nicholas nicole
oliver olivia patricia patrick paul peter rachel rebecca richard robert ronaldo ronald roberto ryan samantha samuel
sandra sarah scott sebastian sophie stephanie steven stella susan taylor teresa thomas tiffany tigger trevor tyler
vanessa veronica victor victoria vincent virginia william yamaha zachary alexander alexandra alexis alejandro carlos
carolina catherine claudia cristina eduardo fernando francisco gabriel gabriela javier juan lorena luis manuel miguel
pablo ricardo rodrigo santiago sergio stefan stefanie sabine juergen thorsten wolfgang schatz hallo hallo123 arsenal
barcelona chelsea1 realmadrid juventus bayern schalke dortmund manchester manutd rangers celtic lakers yankees cowboys
steelers redsox packers raiders mustang corvette ferrari porsche mercedes1 camaro harley1 yamaha1 suzuki honda toyota
nissan ford chevy chevrolet bmw audi volkswagen qwerty123 qwerty1 password1 password12 password123 password! p@ssw0rd
p@ssword pa55word pa55w0rd passw0rd1 welcome123 monkey123 dragon123 love123 lovelove lovers scooter buster pepper1
snoopy smokey hammer thunder cowboy dallas texas florida california newyork chicago boston paris berlin hamburg munich
vienna zurich madrid roma milano moscow tokyo china india japan america canada brasil mexico espana france germany
deutschland england italia portugal polska russia turkiye marlboro budweiser corona tequila vodka whiskey guinness
metallica nirvana slipknot eminem tupac beatles queen rocknroll guitar guitars drummer music musica dance dancer disco
party poker casino lucky lucky7 money dollar million business company office student school college university teacher
doctor nurse police soldier army marine navy pilot captain commander general sergeant engineer lawyer blink182
creative maverick midnight moonlight sunset sunrise starlight stargate gandalf frodo legolas hobbit zelda mario sonic
tetris warcraft minecraft fortnite roblox callofduty counter halflife diablo doom quake internet1 access14 mustang1
shadow1 master1 jordan23 michael1 superstar rockstar popstar hotstuff hottie cutie beautiful gorgeous handsome pretty
sexy123 playboy lovebug teddybear snowball snowflake chicken turkey bacon pizza burger potato tomato carrot onion
apple123 lemon mango melon coconut pineapple peaches dakota cheyenne apache indian eclipse galaxy saturn jupiter
mercury venus neptune pluto apollo zeus hercules achilles spartan trojan gladiator viper cobra python ruby java perl
script coding program developer debian ubuntu linux unix cisco juniper router switch modem wireless bluetooth security
secure private public personal confidential topsecret unknown nobody somebody anyone someone zxcvbn poiuyt lkjhgf
mnbvcxz mnbvcx 0987654321 098765 567890 456789 345678 234567 246810 135790 13579 24680 314159 271828 420420 6969 1111
1212 2000 2020 2021 2022 2023 2024 2025 2026 5555 7777 9999 0000 000000 00000000 11111111 22222222 55555555 88888888
99999999 12341234 123321 123654 123qwe 123qweasd 123abc 1234qwer qwer1234 asdf1234 zxcv1234 pass123 pass1234 user123
root123 test123 temp123 qwe123 abc12345 a123456 a12345678 q123456 x123456 z123456 aaa111 abcd123 admin1 admin12
admin1234 adminadmin rootroot testtest passpass useruser
`
