/** What is what in the zip, for people. */
export const readMe = `What Lectern holds about you
============================

profile.json                 your account
logins.json                  where you are or were logged in
tokens.json                  your personal access tokens; the tokens themselves are kept nowhere
memberships.json             the courses that you are a member of, and your role there
invitations.json             invitations to your address, and those that you sent; other people's
                             addresses are shortened
courses/<id>/course.json     each course that you own, with the list of its materials
materials.json               every file that you uploaded, to whatever course
materials/<id>/<file name>   these files, as you uploaded them; earlier ones in the folder earlier
imports.json                 the files that you brought to have courses made of them, and what became
                             of each thing in them
course-exports.json          the courses that you took out as a file
comments.json                what you wrote about courses, nodes and edges
watching.json                what you have watched of videos and sound, and where you left off
activity.json                what you did, as the log of changes has it
jobs.json                    the work that was done for you
missing.json                 files that could not be found; normally there are none

Times are in UTC. The files ending in .json are text and open in any editor or browser.


Что Lectern хранит о вас
========================

profile.json                 ваша учётная запись
logins.json                  где вы входили в систему
tokens.json                  ваши личные токены доступа; сами токены нигде не хранятся
memberships.json             курсы, в которых вы участвуете, и ваша роль в них
invitations.json             приглашения на ваш адрес и отправленные вами; чужие адреса сокращены
courses/<id>/course.json     каждый курс, которым вы владеете, со списком его материалов
materials.json               все файлы, которые вы загрузили, в любые курсы
materials/<id>/<имя файла>   сами эти файлы, какими вы их загрузили; прежние — в папке earlier
imports.json                 файлы, из которых вы создавали курсы, и что стало с каждой их частью
course-exports.json          курсы, которые вы выгружали в файл
comments.json                ваши комментарии к курсам, узлам и связям
watching.json                что вы посмотрели и прослушали и на чём остановились
activity.json                ваши действия по журналу изменений
jobs.json                    работа, которая выполнялась для вас
missing.json                 файлы, которые не удалось найти; обычно таких нет

Время указано по UTC. Файлы .json — это текст, их открывает любой редактор или браузер.
`;
