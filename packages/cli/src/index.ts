export { components } from './components.ts'
export { main } from './main.ts'
