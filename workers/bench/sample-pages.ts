/** A page of English and a page of Russian, for measuring how well and how fast they are read. */
export const englishPage = [
  'Tides are caused by the pull of the Moon and the Sun. When the Moon stands above the ocean, the water rises towards it, and on the far side of the Earth the water stays behind and rises as well. That is why most coasts see two high tides and two low tides each day.',
  'How high a tide is depends on the shape of the coast. In the open ocean it is seldom more than a metre, while in narrow bays it can reach sixteen metres, as in the Bay of Fundy in Canada. In the White Sea it is about three metres, and up to ten in its northern gulf.',
  'Spring tides come at new moon and at full moon, when the Moon and the Sun pull along one line. Neap tides come at the first and the last quarter; they are about one fifth weaker than the others.',
  'Sailors noticed long ago that the level of the water follows the phases of the Moon. Isaac Newton gave the first scientific explanation in 1687. Later Daniel Bernoulli and Pierre-Simon Laplace found a theory of moving tides, which takes into account the depth of the ocean, the turning of the Earth, and friction.',
  'Power stations make use of the tides. The best known one stands in France at the mouth of the river Rance and gives 240 megawatts. Such stations leave the air clean, but they change the life of fish and birds in the bay, so few of them are built.',
  'Tables say when the water will be high and low in each port, and how high. Today a computer works them out; in earlier times machines with dozens of pulleys did so. One of them, built by William Thomson in 1872, is kept in a museum in London.',
].join('\n');

export const russianPage = [
  'Приливы и отливы вызваны притяжением Луны и Солнца. Когда Луна стоит над океаном, вода поднимается к ней, а с другой стороны Земли отстаёт, и там тоже возникает подъём. Поэтому за сутки бывает два прилива и два отлива.',
  'Высота прилива зависит от формы берега. В открытом океане она редко превышает один метр, а в узких заливах достигает шестнадцати метров, как в заливе Фанди в Канаде. В Белом море высота прилива составляет около трёх метров, в Мезенской губе — до десяти.',
  'Сизигийные приливы наступают в новолуние и полнолуние, когда силы Луны и Солнца складываются. Квадратурные приливы наступают в первой и последней четвертях; они слабее обычных примерно на двадцать процентов.',
  'Моряки с древности замечали связь между фазами Луны и уровнем воды. Первое научное объяснение дал Исаак Ньютон в 1687 году в книге «Математические начала натуральной философии». Позднее Даниил Бернулли и Пьер-Симон Лаплас развили динамическую теорию приливов, которая учитывает глубину океана, вращение Земли и трение.',
  'Энергию приливов используют электростанции. Самая известная из них построена во Франции в устье реки Ранс и даёт двести сорок мегаватт. В России с 1968 года работает Кислогубская станция, её мощность после обновления составляет полтора мегаватта. Приливные станции не загрязняют воздух, но меняют жизнь рыб и птиц в заливе, поэтому их строят редко.',
  'Для расчёта приливов составляют таблицы: в них указаны время и высота полной и малой воды для каждого порта. Сегодня такие таблицы считает компьютер, а раньше применяли механические машины с десятками шкивов. Одна из них, построенная Уильямом Томсоном в 1872 году, хранится в музее Лондона.',
].join('\n');
